"""Comparing every case of the store with the stand-in org, which bulk jobs fill, at several sizes."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import insert

from bench.progress import stage
from bench.trial import Trial, trial
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.tables import cases, pushes
from run.children import Children
from run.town_hall import plain_environment

SIZES = (10_000, 100_000, 1_000_000)
MISSING = DIFFERENT = 7
_JOB_ROWS, _PAGE = 100_000, 50_000
_TIMEOUT_S = 600
_WORDS = (("in_progress", "", "town", "Working"), ("closed", "done", "nobody", "Closed"))
_COLUMNS = (
    "Source_Key__c",
    "Source__c",
    "Source_Version__c",
    "Phase__c",
    "Outcome__c",
    "Waiting_For__c",
    "Tacit__c",
    "Status",
)
_NOW = datetime(2026, 1, 5, tzinfo=UTC)


def measure(folder: Path, sizes: tuple[int, ...] = SIZES) -> dict[str, object]:
    """Give seconds, peak memory and API calls of one comparison of each size, in which a few cases differ."""
    return {f"{size}_cases": _one(folder / str(size), size) for size in sizes}


def _one(folder: Path, size: int) -> dict[str, Any]:
    folder.mkdir(parents=True)
    with Children(folder / "log") as children:
        command = [sys.executable, "-m", "run", "sandbox", "salesforce"]
        org = children.start_ready("salesforce", command, plain_environment())
        place = trial(folder, org=org)
        with stage(f"reconcile: {size} cases into the store"):
            _fill_store(place, size)
        with stage(f"reconcile: {size} cases into the org"):
            _fill_org(org, size)
        with stage(f"reconcile: {size} cases compared"):
            done = place.child("bench.reconcile_once")
    assert (done["missing"], done["different"]) == (MISSING, DIFFERENT), done
    return {**done, "cases_per_s": round(size / done["seconds"])}


def _fill_store(place: Trial, size: int) -> None:
    engine = create_store_engine(place.environment["BRIDGE_DATABASE_URL"])
    migrate(engine)
    rows = _store_rows(size)
    while page := list(islice(rows, _PAGE)):
        with engine.begin() as connection:
            connection.execute(insert(cases), [case for case, _push in page])
            connection.execute(insert(pushes), [push for _case, push in page])
    engine.dispose()


def _store_rows(size: int) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    for number in range(size):
        phase, outcome, waiting_for, _status = _WORDS[number % 2]
        case_id = f"c_{number:020}"
        case: dict[str, object] = {
            "id": case_id,
            "source": "urbanisme",
            "source_case_id": _number(number),
            "procedure": "building-permit",
            "title": "Clôture",
            "phase": phase,
            "outcome": outcome or None,
            "waiting_for": waiting_for,
            "tacit": False,
            "legacy_code": "INST",
            "legacy_label": "en cours",
            "mapping_version": "1",
            "fingerprint": b"1",
            "version": 1 + number % 3,
            "observed_at": _NOW,
            "changed_at": _NOW,
            "contact_withdrawn": False,
        }
        push: dict[str, object] = {
            "case_id": case_id,
            "desired_version": case["version"],
            "applied_version": case["version"],
            "told_version": case["version"],
            "state": "applied",
            "due_at": _NOW,
            "attempts": 0,
            "unanswered": 0,
            "fence": 1,
        }
        yield case, push


def _fill_org(org: Mapping[str, Any], size: int) -> None:
    """Upsert what the store holds, but for a few: seven are left out, seven tell another status."""
    rows = (_org_row(number) for number in range(MISSING, size))
    while page := list(islice(rows, _JOB_ROWS)):
        body = "\n".join([",".join(_COLUMNS), *page]) + "\n"
        job = {"object": "Case", "operation": "upsert", "externalIdFieldName": "Source_Key__c"}
        made = _call(org, "POST", "", json={**job, "contentType": "CSV", "lineEnding": "LF"}).json()
        headers = {"Content-Type": "text/csv; charset=UTF-8"}
        _call(org, "PUT", f"/{made['id']}/batches", data=body.encode(), headers=headers)
        _call(org, "PATCH", f"/{made['id']}", json={"state": "UploadComplete"})
        while (state := _call(org, "GET", f"/{made['id']}").json())["state"] != "JobComplete":
            assert state["state"] in {"UploadComplete", "InProgress"}, state
            time.sleep(0.5)
        assert state["numberRecordsFailed"] == 0, state


def _org_row(number: int) -> str:
    phase, outcome, waiting_for, status = _WORDS[number % 2]
    if number < MISSING + DIFFERENT:
        phase = "scheduled"
    key = f"urbanisme:{_number(number)}"
    return ",".join((key, "urbanisme", str(1 + number % 3), phase, outcome, waiting_for, "false", status))


def _number(number: int) -> str:
    return f"PC 092040 {number // 100_000:02} {number % 100_000:05}"


def _call(org: Mapping[str, Any], method: str, path: str, **sent: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {org['access_token']}", **sent.pop("headers", {})}
    address = f"{org['url']}/services/data/v62.0/jobs/ingest{path}"
    answer = requests.request(method, address, headers=headers, timeout=_TIMEOUT_S, **sent)
    answer.raise_for_status()
    return answer
