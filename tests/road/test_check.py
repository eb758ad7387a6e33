"""The check of the demo must be able to fail: one altered word, one lost Case, one request too few."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import text

from bridge.domain.case import Case, CaseKey
from run.children import Children
from run.commands import together
from run.commands.sync import synchronise_now
from run.demo import check
from run.demo.org_reader import cases_of_org
from run.demo.town import truth_of_town
from run.town_hall import StandIns, TownHall
from sandbox.town.voirie.history import PACKAGED
from tests.road.town_and_org import TIMEOUT_S, Road, open_road

pytestmark = pytest.mark.slow

Shown = list[dict[str, Any]]


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    """Give a road on which one evening was read and pushed."""
    with open_road(tmp_path_factory.mktemp("check"), PACKAGED, date(2015, 12, 1)) as opened:
        synchronise_now(opened.services, tuple(opened.services.mappings))
        yield opened


def test_an_honest_evening_has_no_mismatch(road: Road, tmp_path: Path) -> None:
    """Town, store and org agree before anything is altered, or the controls below prove nothing."""
    assert _mismatches(road, tmp_path) == []


def test_one_status_altered_in_the_org_is_found(road: Road, tmp_path: Path) -> None:
    """A Case whose status somebody changed in the org is named, and it alone."""
    key = _some_key(road)
    _patch(road, key, Legacy_Code__c="altered")
    try:
        assert _mismatches(road, tmp_path) == [key]
    finally:
        _patch(road, key, Legacy_Code__c=road.stored("voirie")[key.partition(":")[2]])


def test_one_status_altered_in_the_store_is_found(road: Road, tmp_path: Path) -> None:
    """A stored case that no longer says what its town says is named, and it alone."""
    key = _some_key(road)
    number = key.partition(":")[2]
    said = road.stored("voirie")[number]
    _store(road, number, "altered")
    try:
        assert _mismatches(road, tmp_path) == [key]
    finally:
        _store(road, number, said)


def test_one_case_missing_in_the_org_is_found(road: Road, tmp_path: Path) -> None:
    """A request that never reached the org counts as a mismatch."""
    held = cases_of_org(road.org)
    missing = held.pop(_some_key(road))
    assert _mismatches(road, tmp_path, held) == [missing["Source_Key__c"]]


def test_a_citizen_who_sees_another_status_is_found(road: Road, tmp_path: Path) -> None:
    """What the API shows is compared as well, word by word and request by request."""
    shown = [_resource(case) for case in _one_case_of_each(road)]
    assert _mismatches(road, tmp_path, visits=[shown]) == []
    shown[0]["status"]["legacy"]["code"] = "altered"
    assert _mismatches(road, tmp_path, visits=[shown]) == [shown[0]["id"]]


def test_a_citizen_who_sees_a_request_too_few_is_found(road: Road, tmp_path: Path) -> None:
    """Each of the three citizens has one request in each service that knows persons."""
    shown = [_resource(case) for case in _one_case_of_each(road)]
    assert _mismatches(road, tmp_path, visits=[shown[:-1]]) != []


def test_a_mismatch_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """One mismatch is an exit status other than 0, so that `make demo-check` fails."""
    monkeypatch.setattr(together, "check_demo", lambda _folder, _days: {"mismatches": 1})
    outcome = CliRunner().invoke(together.demo, ["--check"])
    assert (outcome.exit_code, outcome.stdout) == (1, '{"mismatches": 1}\n')


def _mismatches(
    road: Road, folder: Path, held: dict[str, dict[str, Any]] | None = None, visits: list[Shown] | None = None
) -> list[str]:
    hall = TownHall("", road.services, Children(folder), StandIns({}, road.org, road.town), {})
    pushed = cases_of_org(road.org) if held is None else held
    return list(check._mismatches(hall, truth_of_town(hall, pushed.keys()), pushed, visits or []))


def _some_key(road: Road) -> str:
    return f"voirie:{min(road.stored('voirie'))}"


def _patch(road: Road, key: str, **fields: str) -> None:
    address = f"{road.org['instance_url']}/services/data/v62.0/sobjects/Case/Source_Key__c/{key}"
    headers = {"Authorization": f"Bearer {road.org['access_token']}"}
    requests.patch(address, json=fields, headers=headers, timeout=TIMEOUT_S).raise_for_status()


def _store(road: Road, number: str, code: str) -> None:
    change = text("UPDATE cases SET legacy_code = :code WHERE source = 'voirie' AND source_case_id = :number")
    with road.engine.begin() as connection:
        connection.execute(change, {"code": code, "number": number})


def _one_case_of_each(road: Road) -> list[Case]:
    keys = [CaseKey(system, min(road.stored(system))) for system in ("demarches", "etat-civil", "urbanisme")]
    with road.services.store.begin() as tx:
        return list(tx.cases.existing(keys).values())


def _resource(case: Case) -> dict[str, Any]:
    return {"id": case.id, "status": {"legacy": {"code": case.content.status.legacy_code}}}
