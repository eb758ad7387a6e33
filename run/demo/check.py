"""Runs the trial without a person, and compares what everybody says: town, store, org, citizens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests
import structlog

from bridge.domain.case import Case, CaseKey
from bridge.errors import ConfigurationError
from run.commands.sync import synchronise_now
from run.demo.contacts import seed_contacts
from run.demo.org_reader import cases_of_org
from run.demo.people import PEOPLE
from run.demo.town import Truth, move_town, truth_of_town
from run.demo.visitor import TIMEOUT_S, Visitor
from run.town_hall import TownHall, open_town_hall

log = structlog.get_logger("bridge.demo")

DAYS = 30
_LAST = date(2015, 12, 31)
_PUSHED_S = 120.0
_FREE_CALLS = frozenset({"login", "control", "viewer"})
"""What the stand-in counts and an org would not: signing in, and the handles of the trial itself."""


def check_demo(folder: Path, days: int = DAYS) -> dict[str, object]:
    """Give the counts of a run over so many days; `mismatches` is 0 when everybody says the same."""
    began = time.monotonic()
    first = _LAST - timedelta(days=days)
    with open_town_hall(
        sandbox=True, port=0, folder=folder, town_options=("--day", first.isoformat())
    ) as hall:
        assert hall.stand_ins is not None
        seed_contacts(hall.stand_ins.salesforce)
        read = parked = 0
        seen: set[str] = set()
        for day in _days(first, days):
            move_town(hall, day)
            seen |= truth_of_town(hall, seen).keys()
            report = synchronise_now(hall.services, tuple(hall.services.mappings))
            if day == first:
                # Only now, for a sweeper that starts before the first reading would begin one of its own.
                hall.start_processes()
            read += sum(one.read for one in report.sources)
            parked += sum(one.parked for one in report.sources)
            failed = [one for one in report.sources if one.error_code]
            if failed:
                raise ConfigurationError(f"{failed[0].source} could not be read: {failed[0].error_code}")
        visits = [_visit(hall, person.login) for person in PEOPLE]
        differs = _portal_differs(hall, PEOPLE[0].login, visits[0])
        _wait_for_workers(hall)
        truth = truth_of_town(hall, seen)
        pushed = cases_of_org(hall.stand_ins.salesforce)
        with hall.services.store.begin() as tx:
            parked += len(tx.pushes.parked())
        return {
            "records_read": read,
            "cases": len(truth),
            "pushed": len(pushed),
            "parked": parked,
            "api_calls": _api_calls(hall),
            "citizens": len(visits),
            "mismatches": differs + sum(1 for _ in _mismatches(hall, truth, pushed, visits)),
            "seconds": round(time.monotonic() - began, 1),
        }


def _days(first: date, days: int) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(days + 1))


def _visit(hall: TownHall, login: str) -> list[dict[str, Any]]:
    visitor = Visitor(hall.url)
    visitor.sign_in(login)
    return visitor.cases()


def _portal_differs(hall: TownHall, login: str, visit: list[dict[str, Any]]) -> int:
    """Give on how many requests the org's portal and our own page disagree, for one citizen."""
    assert hall.portal is not None
    shown = Visitor(hall.url).enter_portal(hall.portal.url, login)
    if odd := shown ^ {case["id"] for case in visit}:
        log.warning("the portal shows other requests", count=len(odd))
    return len(odd)


def _wait_for_workers(hall: TownHall) -> None:
    """Links made at sign-in travel to the org by bell and worker. Raises: ConfigurationError when late."""
    deadline = time.monotonic() + _PUSHED_S
    while time.monotonic() < deadline:
        with hall.services.store.begin() as tx:
            if tx.pushes.open_count() == 0:
                return
        time.sleep(0.2)
    raise ConfigurationError("the workers did not send everything in time")


def _api_calls(hall: TownHall) -> int:
    assert hall.stand_ins is not None
    stats = requests.get(f"{hall.stand_ins.salesforce['url']}/sandbox/stats", timeout=TIMEOUT_S).json()
    return sum(calls for kind, calls in stats["calls"].items() if kind not in _FREE_CALLS)


def _mismatches(
    hall: TownHall, truth: Truth, pushed: dict[str, dict[str, Any]], visits: list[list[dict[str, Any]]]
) -> Iterator[str]:
    """Name each case on which two of the four disagree."""
    keys = [CaseKey(*key.split(":", 1)) for key in truth.keys() | pushed.keys()]
    with hall.services.store.begin() as tx:
        stored = {key.external_id: case for key, case in tx.cases.existing(keys).items()}
        held = sum(tx.cases.reported_count(source) for source in hall.services.mappings)
    if held != len(truth):
        yield "count"
    for key in truth.keys() | pushed.keys():
        case, org = stored.get(key), pushed.get(key)
        said = {
            "town": truth.get(key),
            "store": case.content.status.legacy_code if case else None,
            "org": org["Legacy_Code__c"] if org else None,
        }
        agreed = len(set(said.values())) == 1 and case and org
        if not agreed or (case and org and case.contact_id != org["ContactId"]):
            log.warning("mismatch", key=key, **said)
            yield key
    yield from _wrongly_shown(stored, visits)


def _wrongly_shown(stored: dict[str, Case], visits: list[list[dict[str, Any]]]) -> Iterator[str]:
    """Each citizen must see one request of each service that knows persons, and nobody else's."""
    by_id = {case.id: case for case in stored.values()}
    for shown in visits:
        own = [by_id.get(resource["id"]) for resource in shown]
        sources = sorted(case.content.key.source for case in own if case)
        links = {case.link_id for case in own if case}
        if sources != ["demarches", "etat-civil", "urbanisme"] or len(links) != 1:
            log.warning("citizen sees the wrong requests", sources=sources)
            yield from (resource["id"] for resource in shown or [{"id": "none"}])
        for resource, case in zip(shown, own, strict=True):
            if case is None or resource["status"]["legacy"]["code"] != case.content.status.legacy_code:
                yield resource["id"]
