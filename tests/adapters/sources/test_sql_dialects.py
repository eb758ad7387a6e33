"""What is sent to the databases that cannot be started here, and what is needed to reach them."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import sqlalchemy as sa

from bridge.adapters.sources.sql_dialects import DIALECTS, code_of
from bridge.errors import ConfigurationError
from tests.adapters.sources.wire import reader_of

ADDRESSES = {
    "mysql": "mysql://lecture:secret@serveur/logiciel",
    "mariadb": "mariadb+pymysql://lecture:secret@serveur/logiciel",
    "mssql": "mssql://lecture:secret@serveur:1433/logiciel",
    "oracle": "oracle+oracledb://lecture:secret@serveur:1521/?service_name=logiciel",
}
PAGE_OF = {
    "mysql": "SELECT * FROM `APP`.`V` WHERE `NUM` IS NOT NULL ORDER BY `NUM` LIMIT 101",
    "mariadb": "SELECT * FROM `APP`.`V` WHERE `NUM` IS NOT NULL ORDER BY `NUM` LIMIT 101",
    "mssql": "SELECT TOP 101 * FROM [APP].[V] WHERE [NUM] IS NOT NULL ORDER BY [NUM]",
    "oracle": 'SELECT * FROM "APP"."V" WHERE "NUM" IS NOT NULL ORDER BY "NUM" FETCH FIRST 101 ROWS ONLY',
}
EXTRAS = {"mysql": "mysql", "mariadb": "mysql", "mssql": "sqlserver", "oracle": "oracle"}
DRIVERS = {"mysql": "pymysql", "mariadb": "pymysql", "mssql": "pymssql", "oracle": "oracledb"}


def view(kind: str, **options: object) -> Any:
    """Give the reader of a view of that kind of database; nothing is connected."""
    given = {"kind": "sql_view", "database_url": ADDRESSES[kind], "view": "APP.V", "key": "NUM"}
    return reader_of({**given, "timeout_s": 7, "batch": 100, **options})


@pytest.mark.parametrize("kind", ADDRESSES)
def test_the_address_loads_the_driver(kind: str) -> None:
    """An address without a driver's name gets the one the product installs."""
    engine: sa.Engine = view(kind).database.engine

    assert engine.dialect.driver == DRIVERS[kind]
    assert engine.dialect.import_dbapi().__name__ == DRIVERS[kind]


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_page_is_asked_in_the_words_of_the_database(kind: str) -> None:
    """Names quoted, one row more than a page, in the order of the key."""
    reader = view(kind)
    question = sa.select(sa.text("*")).select_from(reader.view).where(reader.key.is_not(None))
    written = question.order_by(reader.key).limit(101)
    sent = written.compile(reader.database.engine, compile_kwargs={"literal_binds": True})

    assert " ".join(str(sent).split()) == PAGE_OF[kind]


@pytest.mark.parametrize(
    ("kind", "statements"),
    [
        ("mssql", ("SET LOCK_TIMEOUT 7000", "SET DATEFORMAT ymd")),
        ("oracle", ("SET TRANSACTION READ ONLY",)),
    ],
)
def test_a_reading_is_bounded_before_it_begins(kind: str, statements: tuple[str, ...]) -> None:
    """What a server offers against writing and waiting is asked of it each time."""
    assert DIALECTS[kind].begin(7) == statements


def test_sql_server_is_asked_for_a_reader_s_connection() -> None:
    """It knows no read-only transaction; the intent and the time limit travel with the connection."""
    assert DIALECTS["mssql"].connect(7) == {"login_timeout": 5, "timeout": 12, "read_only": True}


def test_oracle_s_names_are_those_it_keeps() -> None:
    """The library makes its capitals small; a mapping names columns as the database does."""
    dialect = view("oracle").database.engine.dialect

    assert dialect.requires_name_normalize
    assert [dialect.denormalize_name(name) for name in ("num_demande", "NumDem")] == ["NUM_DEMANDE", "NumDem"]


class OracleError:
    """What the driver's errors carry."""

    def __init__(self, full_code: str) -> None:
        self.full_code = full_code


@pytest.mark.parametrize(
    ("kind", "error", "code"),
    [
        ("mssql", Exception(207, b"Invalid column name"), "source.header"),
        ("mssql", Exception((208, b"Invalid object name")), "source.view"),
        ("mssql", Exception(1222, b"Lock request time out"), "source.locked"),
        ("oracle", Exception(OracleError("ORA-00904")), "source.header"),
        ("oracle", Exception(OracleError("ORA-00942")), "source.view"),
        ("oracle", Exception(OracleError("DPY-4024")), "source.locked"),
        ("mysql", Exception(3024, "maximum statement execution time exceeded"), "source.locked"),
        ("mysql", Exception(2013, "Lost connection"), None),
    ],
)
def test_error_numbers_lead_to_our_codes(kind: str, error: Exception, code: str | None) -> None:
    """In the forms their drivers raise them."""
    assert code_of(DIALECTS[kind], error) == code


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_missing_driver_is_named_with_what_installs_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host has only the drivers it needs."""
    monkeypatch.setitem(sys.modules, DRIVERS[kind], None)
    with pytest.raises(ConfigurationError) as caught:
        view(kind)

    assert f"citizen-bridge[{EXTRAS[kind]}]" in caught.value.explanation
    assert "secret" not in caught.value.explanation
