"""What every SourceReader does, over the real transport of each system of the stand-in town."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import URL

from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.domain.synchronisation import Delivery
from bridge.errors import TransientError
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import read_all, records_of
from tests.contracts.source_benches import BENCHES, Bench
from tests.sandbox.town.live import LiveTown, serving
from tests.servers.mariadb import mariadb_database
from tests.servers.postgresql import database

POSITION = re.compile(r"(ligne|élément) \d+|((dossiers|pending|deleted), )?page \d+ n° \d+|suivi \d+ n° \d+")
NINETY_DAYS_BEFORE = "2015-09-04"
Open = Callable[..., SourceReader]


@pytest.fixture(scope="module")
def town_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTown]:
    """Give a town whose view is on SQLite."""
    with serving(tmp_path_factory.mktemp("town")) as live:
        yield live


@pytest.fixture(scope="module")
def town_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql: URL) -> Iterator[LiveTown]:
    """Give a town whose view is on PostgreSQL."""
    with (
        database(postgresql) as url,
        serving(tmp_path_factory.mktemp("town"), database_url=shown(url)) as live,
    ):
        yield live


@pytest.fixture(scope="module")
def town_on_mariadb(tmp_path_factory: pytest.TempPathFactory, mariadb: URL) -> Iterator[LiveTown]:
    """Give a town whose view is on MariaDB."""
    with mariadb_database(mariadb) as url:
        address = shown(url.set(drivername="mariadb+pymysql"))
        with serving(tmp_path_factory.mktemp("town"), database_url=address) as live:
            yield live


def shown(url: URL) -> str:
    """Give an address as a text."""
    return url.render_as_string(hide_password=False)


@pytest.fixture(params=list(BENCHES))
def kind(request: pytest.FixtureRequest) -> Bench:
    """Give each connector in turn."""
    return BENCHES[request.param]


@pytest.fixture
def town(request: pytest.FixtureRequest, kind: Bench) -> LiveTown:
    """Give the town of that connector on its first day, without any fault."""
    live: LiveTown = request.getfixturevalue(f"town_on_{kind.database}")
    assert live.post("/sandbox/reset", day=kind.day).ok
    return live


@pytest.fixture
def reader(request: pytest.FixtureRequest, kind: Bench, town: LiveTown, tmp_path: Path) -> Open:
    """Give what opens a reader of that connector."""
    sshd = request.getfixturevalue("sshd") if kind.by_sftp else None
    return partial(kind.reader, town, sshd, tmp_path / "spool")


def test_everything_is_read_as_it_stands(kind: Bench, town: LiveTown, reader: Open) -> None:
    """The first reading gives every record of the system with its present status."""
    deliveries, _ = read_all(reader())

    assert kind.standing(records_of(deliveries)) == kind.truth(town) != {}


def test_a_reading_stopped_anywhere_is_resumed_without_loss(
    kind: Bench, town: LiveTown, reader: Open
) -> None:
    """After a stop behind any delivery, its cursor leads to all the others."""
    whole, _ = read_all(reader())
    expected = kind.standing(records_of(whole))
    for stop in range(1, len(whole) + 1, max(1, len(whole) // 3)):
        taken = list(islice(reader().read(None), stop))
        rest, _ = read_all(reader(), taken[-1].cursor)
        assert kind.standing(records_of(taken + rest)) == expected


def test_an_unchanged_source_brings_nothing_new(kind: Bench, town: LiveTown, reader: Open) -> None:
    """A second reading gives no record, or the same records again, and a third gives what the second gave."""
    first, cursor = read_all(reader())
    second, later = read_all(reader(), cursor)
    third, _ = read_all(reader(), later)

    known = [record.values for record in records_of(first)]
    assert all(record.values in known for record in records_of(second))
    assert later == cursor
    assert _keys(third) == _keys(second)


def test_the_same_content_has_the_same_key(kind: Bench, town: LiveTown, reader: Open) -> None:
    """Two readings from the start give the same keys, each once."""
    once, again = (read_all(reader())[0] for _ in range(2))

    assert _keys(once) == _keys(again)
    assert len(set(_keys(once))) == len(once)


def test_the_changes_of_a_day_are_found(kind: Bench, town: LiveTown, reader: Open) -> None:
    """A reading after a day gone by brings every status up to date."""
    first, cursor = read_all(reader())
    town.live(kind.next_day)
    second, _ = read_all(reader(), cursor)

    held = kind.standing(records_of(first)) | kind.standing(records_of(second))
    truth = kind.truth(town)
    if kind.forgets:
        old = [r for r in records_of(first) if str(r.values["requested_datetime"]) < NINETY_DAYS_BEFORE]
        truth = {n: s for n, s in truth.items() if n not in kind.standing(old)}
    assert {number: held[number] for number in truth} == truth
    assert set(held) - set(kind.truth(town)) <= set(town.gone(kind.truth_of))


def test_deliveries_are_small_and_their_positions_name_nobody(
    kind: Bench, town: LiveTown, reader: Open
) -> None:
    """A delivery has at most a thousand records, each at a place made of ranks only."""
    deliveries, _ = read_all(reader())

    assert max(len(delivery.records) for delivery in deliveries) <= MOST_RECORDS
    assert all(POSITION.fullmatch(record.position) for record in records_of(deliveries))


def test_a_full_picture_says_where_it_ends(kind: Bench, town: LiveTown, reader: Open) -> None:
    """Batches of one picture share its name, and only the last one ends it."""
    deliveries, _ = read_all(reader())
    pictured = [delivery for delivery in deliveries if delivery.picture is not None]

    assert len({delivery.picture for delivery in pictured}) <= 1
    assert [d.last_of_picture for d in pictured] == [False] * (len(pictured) - 1) + [True] * bool(pictured)


def test_a_foreign_cursor_starts_again(kind: Bench, town: LiveTown, reader: Open) -> None:
    """A source whose transport was changed is read from the start."""
    expected, _ = read_all(reader())

    for foreign in ("not json", '{"other": 1}'):
        assert _keys(read_all(reader(), foreign)[0]) == _keys(expected)


def test_a_source_that_is_away_is_tried_again(kind: Bench, reader: Open) -> None:
    """What does not answer is a TransientError of ours that names the source."""
    with pytest.raises(TransientError) as caught:
        read_all(reader(**kind.away))

    assert caught.value.system == "essai"
    assert caught.value.code in {"remote.unreachable", "source.unavailable"}


def _keys(deliveries: list[Delivery]) -> list[str]:
    return [delivery.key for delivery in deliveries]
