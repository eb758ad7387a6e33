"""The same view on real servers: what is read, what is refused, and what a lock costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import URL, Engine, NullPool, create_engine, text

from bridge.errors import PermanentError, RemoteError, TransientError
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import read_all, reader_of, records_of
from tests.servers.mariadb import mariadb_database
from tests.servers.postgresql import database

WRITES = {
    "postgresql": (
        "CREATE SEQUENCE counted",
        "CREATE VIEW w AS SELECT nextval('counted') AS id",
    ),
    "mariadb": (
        "CREATE FUNCTION counted() RETURNS int BEGIN INSERT INTO t VALUES (9, 'X', NULL); RETURN 9; END",
        "CREATE VIEW w AS SELECT counted() AS id",
    ),
}
LOCKS = {"postgresql": "LOCK TABLE t IN ACCESS EXCLUSIVE MODE", "mariadb": "LOCK TABLES t WRITE"}


@pytest.fixture(params=["postgresql", "mariadb"])
def legacy(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give a database with a table and a view on it, on each server in turn."""
    server: URL = request.getfixturevalue(request.param)
    made = database(server) if request.param == "postgresql" else mariadb_database(server)
    with made as url:
        name = f"{request.param}+{_driver(request.param)}"
        # A connection kept in a pool would keep its locks.
        engine = create_engine(url.set(drivername=name), poolclass=NullPool)
        run(
            engine,
            "CREATE TABLE t (id int, state char(8), changed timestamp NULL)",
            "CREATE VIEW v AS SELECT * FROM t",
            "INSERT INTO t VALUES (1, 'X', '2015-12-01 09:00:00'), (2, 'X', NULL)",
        )
        yield engine
        engine.dispose()


def _driver(name: str) -> str:
    return "psycopg" if name == "postgresql" else "pymysql"


def run(engine: Engine, *statements: str) -> None:
    """Execute statements and commit."""
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def on(engine: Engine, **options: object) -> SourceReader:
    """Give the reader of the view, by an address without a driver."""
    address = engine.url.set(drivername=engine.url.get_backend_name()).render_as_string(hide_password=False)
    given = {"kind": "sql_view", "database_url": address, "view": "v", "key": "id", "timeout_s": 1}
    return reader_of({**given, **options})


def refusal(engine: Engine, **options: object) -> RemoteError:
    """Give the error that a reading ends with."""
    with pytest.raises(RemoteError) as caught:
        read_all(on(engine, **options))
    return caught.value


def ids(engine: Engine, **options: object) -> list[str]:
    """Give the ids in the order they are read."""
    return [str(record.values["id"]) for record in records_of(read_all(on(engine, **options))[0])]


def test_rows_are_read_by_time_or_whole(legacy: Engine) -> None:
    """Real timestamps are compared as such, and a second reading gives the overlap again."""
    deliveries, cursor = read_all(on(legacy, modified="changed"))
    again, _ = read_all(on(legacy, modified="changed"), cursor)

    assert [dict(record.values) for record in records_of(deliveries)] == [
        {"id": "2", "state": "X", "changed": None},
        {"id": "1", "state": "X", "changed": "2015-12-01 09:00:00"},
    ]
    assert [d.key for d in again] == [d.key for d in deliveries]
    assert ids(legacy) == ["1", "2"]


def test_a_view_locked_for_long_is_left_and_tried_again(legacy: Engine) -> None:
    """The question ends after the configured time; it says so, and passes."""
    with locked(legacy):
        error = refusal(legacy)

    assert (type(error), error.code) == (TransientError, "source.locked")
    assert "1 s" in error.explanation
    assert ids(legacy) == ["1", "2"]


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """Hold the table as a night batch does."""
    with engine.connect() as batch:
        batch.execute(text(LOCKS[engine.url.get_backend_name()]))
        yield


def test_a_question_that_takes_too_long_is_ended(legacy: Engine) -> None:
    """A view that computes for minutes holds no server of theirs for longer than agreed."""
    wait = "pg_sleep(20)" if legacy.url.get_backend_name() == "postgresql" else "sleep(20)"
    run(legacy, f"CREATE VIEW slow AS SELECT id FROM t WHERE {wait} IS NOT NULL")

    assert refusal(legacy, view="slow").code == "source.locked"


def test_a_view_that_writes_is_refused(legacy: Engine) -> None:
    """The transaction is read-only, whatever hides behind the view."""
    run(legacy, *WRITES[legacy.url.get_backend_name()])
    error = refusal(legacy, view="w")

    assert (type(error), error.code) == (PermanentError, "source.refused")
    assert ids(legacy) == ["1", "2"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"key": "number"}, "source.header"),
        ({"modified": "touched"}, "source.header"),
        ({"columns": ["state", "label"]}, "source.header"),
        ({"view": "v_renamed"}, "source.view"),
    ],
)
def test_what_was_renamed_has_the_same_code_everywhere(
    legacy: Engine, options: dict[str, object], code: str
) -> None:
    """Each server has numbers of its own for it."""
    error = refusal(legacy, **options)

    assert (type(error), error.code) == (PermanentError, code)


def test_rows_a_database_takes_for_alike_are_never_parted(legacy: Engine) -> None:
    """Where `a1` equals `A1`, a border between the two would skip one."""
    run(legacy, "CREATE TABLE k (id varchar(9))", "CREATE VIEW kv AS SELECT id FROM k")
    names = [f"k{n:02d}" for n in range(9)] + ["é9", "E9", "ê9 ", "f1"]
    run(legacy, *(f"INSERT INTO k VALUES ('{name}')" for name in names))

    for batch in (5, 9, 10, 11):
        assert sorted(ids(legacy, view="kv", batch=batch)) == sorted(name.rstrip() for name in names)


def test_a_border_in_hundreds_of_rows_of_one_moment(legacy: Engine) -> None:
    """Five hundred rows changed by one batch are told apart by their key."""
    rows = ", ".join(f"({n}, 'X', '2015-12-01 10:00:00')" for n in range(10, 510))
    run(legacy, f"INSERT INTO t VALUES {rows}")

    found = ids(legacy, modified="changed", batch=100)
    assert sorted(map(int, found)) == [1, 2, *range(10, 510)]


def test_a_moment_ahead_of_our_clock_hides_nothing(legacy: Engine) -> None:
    """A source whose clock is seven minutes ahead shows its rows, and what it changes next as well."""
    ahead = datetime(2025, 3, 3, 10, 7)  # noqa: DTZ001 - the server's local time, without a zone
    run(legacy, f"INSERT INTO t VALUES (3, 'X', '{ahead}')")
    _, cursor = read_all(on(legacy, modified="changed", overlap_minutes=1))
    run(legacy, f"INSERT INTO t VALUES (4, 'X', '{ahead - timedelta(minutes=5)}')")

    later = records_of(read_all(on(legacy, modified="changed", overlap_minutes=1), cursor)[0])
    assert {"3", "4"} <= {record.values["id"] for record in later}


def test_pages_that_do_not_go_on_are_refused(mariadb: URL) -> None:
    """A FLOAT is never equal to what it shows: such a key would be read in a circle."""
    with mariadb_database(mariadb) as url:
        engine = create_engine(url.set(drivername="mariadb+pymysql"), poolclass=NullPool)
        run(engine, "CREATE TABLE v (id float)", "INSERT INTO v VALUES (0.1), (0.2), (0.3)")

        assert refusal(engine, batch=1).code == "source.key"


def test_a_reader_without_the_right_is_told_so(mariadb: URL) -> None:
    """No right on the view, or a wrong password: neither passes by itself."""
    with mariadb_database(mariadb) as url:
        engine = create_engine(url.set(drivername="mariadb+pymysql"))
        run(
            engine,
            "CREATE TABLE t (id int)",
            "CREATE VIEW v AS SELECT * FROM t",
            "CREATE OR REPLACE USER lecture IDENTIFIED BY 'sesame'",
            f"GRANT SELECT ON {url.database}.t TO lecture",
        )
        reader = create_engine(engine.url.set(username="lecture", password="sesame"))

        assert refusal(reader).code == "source.forbidden"
        reader = create_engine(engine.url.set(username="lecture", password="autre"))
        error = refusal(reader)
        assert (type(error), error.code) == (PermanentError, "source.login")
        assert "autre" not in str(error)
        engine.dispose()


def test_times_with_a_zone_are_shown_in_utc(postgresql: URL) -> None:
    """The zone of a database session changes no value."""
    with database(postgresql) as url:
        engine = create_engine(url)
        run(
            engine,
            "CREATE TABLE z (id int, changed timestamptz)",
            "INSERT INTO z VALUES (1, '2015-12-01 09:00+01')",
        )
        (record,) = records_of(read_all(on(engine, view="public.z", modified="changed"))[0])
        engine.dispose()

    assert record.values["changed"] == "2015-12-01 08:00:00+00:00"
