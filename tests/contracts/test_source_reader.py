"""What every SourceReader does, over the real transport of each system of the stand-in town."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import URL

from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import RemoteError, TransientError
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import read_all, reader_of, records_of, town_options
from tests.sandbox.town.live import LiveTown, serving
from tests.servers.postgresql import database

POSITION = re.compile(r"ligne \d+|((dossiers|pending|deleted), )?page \d+ n° \d+|suivi \d+ n° \d+")
NEXT_DAY = "2015-12-02"
NINETY_DAYS_BEFORE = "2015-09-04"
BEFORE_ALL = "2015-01-01"
Standing = dict[str, str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A system of the town, the options that differ, and which values are its number and its status.

    One that `forgets` shows no change of what is older than ninety days.
    """

    system: str
    number: str
    status: str
    options: Mapping[str, object]
    on_postgresql: bool = False
    forgets: bool = False

    def reader(self, town: LiveTown) -> SourceReader:
        """Give a reader of this system."""
        return reader_of(town_options(town.ready, self.system) | dict(self.options))

    def standing(self, records: list[SourceRecord]) -> Standing:
        """Give the last status read of each number."""
        found = {str(r.values[self.number]).strip(): str(r.values[self.status]) for r in records}
        return {number: status for number, status in found.items() if status != "supprime"}


KINDS = {
    "csv_drop": Kind("urbanisme", "NUM_DOSSIER", "CD_ETAT", {}),
    "sql_view": Kind("etat_civil", "num_demande", "statut", {"batch": 100}),
    "sql_view_by_time": Kind("etat_civil", "num_demande", "statut", {"batch": 100, "modified": "date_maj"}),
    "sql_view_postgresql": Kind("etat_civil", "num_demande", "statut", {"batch": 100}, True),
    "sql_view_by_time_postgresql": Kind(
        "etat_civil", "num_demande", "statut", {"batch": 100, "modified": "date_maj"}, True
    ),
    "graphql": Kind("demarches", "number", "state", {"page_size": 50}),
    "open311": Kind("voirie", "service_request_id", "status", {"since": BEFORE_ALL, "page_size": 500}),
    "open311_without_updates": Kind(
        "voirie",
        "service_request_id",
        "status",
        {"since": BEFORE_ALL, "updates": False, "page_size": 500},
        forgets=True,
    ),
}


@pytest.fixture(scope="module")
def town_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTown]:
    """Give a town whose view is on SQLite."""
    with serving(tmp_path_factory.mktemp("town")) as live:
        yield live


@pytest.fixture(scope="module")
def town_on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgresql: URL) -> Iterator[LiveTown]:
    """Give a town whose view is on PostgreSQL."""
    with database(postgresql) as url:
        address = url.render_as_string(hide_password=False)
        with serving(tmp_path_factory.mktemp("town"), database_url=address) as live:
            yield live


@pytest.fixture(params=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    """Give each kind of reader in turn."""
    return KINDS[request.param]


@pytest.fixture
def town(request: pytest.FixtureRequest, kind: Kind) -> LiveTown:
    """Give the town of that kind on 1 December 2015, without any fault."""
    name = "town_on_postgresql" if kind.on_postgresql else "town_on_sqlite"
    live: LiveTown = request.getfixturevalue(name)
    assert live.post("/sandbox/reset").ok
    return live


def test_everything_is_read_as_it_stands(kind: Kind, town: LiveTown) -> None:
    """The first reading gives every record of the system with its present status."""
    deliveries, _ = read_all(kind.reader(town))

    assert kind.standing(records_of(deliveries)) == town.truth(kind.system)


def test_a_reading_stopped_anywhere_is_resumed_without_loss(kind: Kind, town: LiveTown) -> None:
    """After a stop behind any delivery, its cursor leads to all the others."""
    whole, _ = read_all(kind.reader(town))
    expected = kind.standing(records_of(whole))
    for stop in range(1, len(whole) + 1, max(1, len(whole) // 3)):
        taken = list(islice(kind.reader(town).read(None), stop))
        rest, _ = read_all(kind.reader(town), taken[-1].cursor)
        assert kind.standing(records_of(taken + rest)) == expected


def test_an_unchanged_source_brings_nothing_new(kind: Kind, town: LiveTown) -> None:
    """A second reading gives no record, or the same records again, and a third gives what the second gave."""
    first, cursor = read_all(kind.reader(town))
    second, later = read_all(kind.reader(town), cursor)
    third, _ = read_all(kind.reader(town), later)

    known = [record.values for record in records_of(first)]
    assert all(record.values in known for record in records_of(second))
    assert later == cursor
    assert _keys(third) == _keys(second)


def test_the_same_content_has_the_same_key(kind: Kind, town: LiveTown) -> None:
    """Two readings from the start give the same keys, each once."""
    once, again = (read_all(kind.reader(town))[0] for _ in range(2))

    assert _keys(once) == _keys(again)
    assert len(set(_keys(once))) == len(once)


def test_the_changes_of_a_day_are_found(kind: Kind, town: LiveTown) -> None:
    """A reading after a day gone by brings every status up to date."""
    first, cursor = read_all(kind.reader(town))
    town.live(NEXT_DAY)
    second, _ = read_all(kind.reader(town), cursor)

    held = kind.standing(records_of(first)) | kind.standing(records_of(second))
    truth = town.truth(kind.system)
    if kind.forgets:
        old = [r for r in records_of(first) if str(r.values["requested_datetime"]) < NINETY_DAYS_BEFORE]
        truth = {n: s for n, s in truth.items() if n not in kind.standing(old)}
    assert {number: held[number] for number in truth} == truth
    assert set(held) - set(town.truth(kind.system)) <= set(town.gone(kind.system))


def test_deliveries_are_small_and_their_positions_name_nobody(kind: Kind, town: LiveTown) -> None:
    """A delivery has at most a thousand records, each at a place made of ranks only."""
    deliveries, _ = read_all(kind.reader(town))

    assert max(len(delivery.records) for delivery in deliveries) <= MOST_RECORDS
    assert all(POSITION.fullmatch(record.position) for record in records_of(deliveries))


def test_a_full_picture_says_where_it_ends(kind: Kind, town: LiveTown) -> None:
    """Batches of one picture share its name, and only the last one ends it."""
    deliveries, _ = read_all(kind.reader(town))
    pictured = [delivery for delivery in deliveries if delivery.picture is not None]

    assert len({delivery.picture for delivery in pictured}) <= 1
    assert [d.last_of_picture for d in pictured] == [False] * (len(pictured) - 1) + [True] * bool(pictured)


def test_a_foreign_cursor_starts_again(kind: Kind, town: LiveTown) -> None:
    """A source whose transport was changed is read from the start."""
    expected, _ = read_all(kind.reader(town))

    for foreign in ("not json", '{"other": 1}'):
        assert _keys(read_all(kind.reader(town), foreign)[0]) == _keys(expected)


@pytest.mark.parametrize(
    ("system", "gone"),
    [
        ("urbanisme", lambda tmp: {"directory": str(tmp / "none")}),
        ("etat_civil", lambda tmp: {"database_url": f"sqlite:///{tmp}/none.db"}),
        (
            "etat_civil",
            lambda _tmp: {"database_url": "postgresql://127.0.0.1:1/none"},
        ),
        ("demarches", lambda _tmp: {"url": "http://127.0.0.1:1/api/v2/graphql"}),
        ("voirie", lambda _tmp: {"url": "http://127.0.0.1:1/open311/v2"}),
    ],
)
def test_a_source_that_is_away_is_tried_again(
    town_on_sqlite: LiveTown, tmp_path: Path, system: str, gone: Callable[[Path], dict[str, object]]
) -> None:
    """What does not answer is a TransientError of ours that names the source."""
    options = town_options(town_on_sqlite.ready, system) | gone(tmp_path)

    with pytest.raises(TransientError) as caught:
        read_all(reader_of(options))
    error: RemoteError = caught.value
    assert error.system == "essai"
    assert error.code in {"remote.unreachable", "source.unavailable"}


def _keys(deliveries: list[Delivery]) -> list[str]:
    return [delivery.key for delivery in deliveries]
