"""PLAT'AU by its log, PLAT'AU by its searches, and openADS one file at a time, each by a YAML file alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.errors import PermanentError
from tests.adapters.sources.declared import Desk
from tests.adapters.sources.wire import read_all, records_of
from tests.sandbox.town.live import LiveTown

SEARCH: dict[str, object] = {
    "each": None,
    "list": {
        "method": "POST",
        "path": "dossiers/recherche",
        "query": {"colonneTri": "DT_DEPOT", "sensTri": "ASC"},
        "body": {"criteresSurDossiers": {}},
        "records": "resultats",
        "record": "dossier",
        "paging": {
            "kind": "page",
            "param": "numeroPage",
            "first": 0,
            "pages": "nombrePages",
            "size_param": "nbElementsParPage",
            "size": 20,
        },
    },
}


@pytest.fixture
def platau(town: LiveTown, sqlite_store: SqlStore) -> Desk:
    """Give PLAT'AU on an early day."""
    assert town.post("/sandbox/reset", day="2015-09-01").ok
    return Desk("platau", town.ready, sqlite_store)


@pytest.fixture
def openads(town: LiveTown, sqlite_store: SqlStore) -> Desk:
    """Give openADS on an early day."""
    assert town.post("/sandbox/reset", day="2015-03-20").ok
    return Desk("openads", town.ready, sqlite_store)


def consulted(town: LiveTown) -> dict[str, str]:
    """Give the state of the consultation sent last, "0" where none was."""
    return {number: state or "0" for number, state in town.truth("platau").items()}


def test_the_log_is_followed_by_its_greatest_offset(town: LiveTown, platau: Desk) -> None:
    """Each entry leads to its file, and the next run begins where the log was left."""
    summary = platau.sync()
    assert (summary.error_code, summary.parked) == (None, 0)
    assert platau.stored() == consulted(town)
    offset = json.loads(platau.cursor() or "")["at"]["after"]
    town.live("2015-09-09")
    second = platau.sync()
    assert 0 < second.read < summary.read
    assert platau.stored() == consulted(town)
    assert json.loads(platau.cursor() or "")["at"]["after"] > offset
    third = platau.sync()
    assert (third.changed, platau.cursor()) == (0, platau.cursor())


def test_a_search_is_walked_by_pages_from_zero(town: LiveTown, platau: Desk) -> None:
    """The number of pages comes from the answer, and every result is unwrapped."""
    platau.changes = SEARCH
    summary = platau.sync()
    assert (summary.error_code, summary.read) == (None, len(town.truth("platau")))
    assert platau.stored() == consulted(town)
    assert summary.read > 20


def test_a_page_the_hub_cannot_build_is_told(platau: Desk) -> None:
    """Its 500 on large pages is tried again, then told; nothing is believed empty."""
    search: dict[str, dict[str, dict[str, object]]] = json.loads(json.dumps(SEARCH))
    search["list"]["paging"]["size"] = 501
    platau.changes = search
    summary = platau.sync()
    assert (summary.error_code, summary.read) == ("remote.500", 0)
    assert len(platau.waits) == 2


def test_a_file_the_hub_does_not_show_stops_the_log(platau: Desk) -> None:
    """An answer without the file asked for passes nothing over: the log stays in front of it."""
    each = {"method": "POST", "path": "dossiers/recherche", "record": "resultats.7.dossier"}
    platau.changes = {"each": each | {"body": {"criteresSurDossiers": {"idDossier": "{idDossier}"}}}}
    for _ in range(2):
        with pytest.raises(PermanentError) as caught:
            read_all(platau.reader())
        assert caught.value.code == "source.not_found"
    platau.sync()
    platau.sync()
    assert json.loads(platau.cursor() or "")["stuck"][1] == 2


def test_new_numbers_come_from_the_file_and_open_ones_from_the_store(town: LiveTown, openads: Desk) -> None:
    """The first run asks for every number of the register, a later one for the new and the open ones."""
    first = openads.sync()
    assert (first.error_code, first.parked) == (None, 0)
    assert openads.stored() == town.truth("openads")
    town.live("2015-03-24")
    second = openads.sync()
    assert openads.stored() == town.truth("openads")
    assert second.read <= len(town.truth("openads"))


def test_a_final_file_drops_out_after_some_days(town: LiveTown, openads: Desk) -> None:
    """Until then a correction is seen; afterwards nobody asks for it."""
    openads.sync()
    openads.changes = {"numbers": _numbers(town, final_days=3_650)}
    everything = openads.sync().read
    assert everything == len(openads.stored())
    with openads.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET changed_at = '2015-01-01 00:00:00.000000'")
    openads.changes = {"numbers": _numbers(town, final_days=1)}
    opened = openads.sync().read
    closed = [word for word in openads.stored().values() if word in {"non-opposition", "accord", "refus"}]
    assert 0 < opened <= everything - len(closed)


def test_a_number_the_software_does_not_know_says_so(town: LiveTown, openads: Desk, tmp_path: Path) -> None:
    """It makes no case, and one we held is shown as being checked."""
    openads.sync()
    known = next(iter(openads.stored()))
    numbers = tmp_path / "numeros.txt"
    numbers.write_text("# essai\nPC0000000000000P0\n", encoding="utf-8")
    openads.changes = {"numbers": {"file": str(numbers), "open_cases": False}}
    assert openads.sync().error_code is None
    assert "PC0000000000000P0" not in openads.stored()
    assert town.post("/sandbox/reset", day="2015-01-01").ok
    openads.changes = {}
    openads.sync()
    assert openads.stored()[known] in {"inconnu", town.truth("openads").get(known)}
    assert "inconnu" in openads.stored().values()


def test_only_the_declared_columns_are_kept(openads: Desk) -> None:
    """openADS tells far more of the applicant than a status needs: the rest is dropped at the door."""
    records = records_of(read_all(openads.reader())[0])
    declared = openads.mapping.transport["columns"]
    assert all(list(record.values) == declared for record in records)
    assert "@example.org" not in repr(records)


def test_a_file_of_numbers_that_is_not_there_is_waited_for(openads: Desk, tmp_path: Path) -> None:
    """It is tried again later, and open cases are not taken for new ones."""
    openads.changes = {"numbers": {"file": str(tmp_path / "none.txt")}}
    assert openads.sync().error_code == "source.unavailable"


def _numbers(town: LiveTown, final_days: int) -> dict[str, object]:
    return {"file": town.ready["openads_numbers"], "final_days": final_days}
