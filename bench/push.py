"""Carrying changed cases to the stand-in org, beside a plain loop of simple-salesforce upserts."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from bench.plain_client import plain_client
from bench.progress import stage
from bench.town import planning_rows
from bench.trial import trial
from bridge.adapters.salesforce.case_values import case_values
from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.wiring import Services
from mappings.loader import load_salesforce
from mappings.salesforce import payload
from run.children import Children
from run.town_hall import plain_environment

CASES = 10_000
LATENCIES_MS = (0, 20)
ROUNDS = 3
# At 20 ms a call, ten thousand single upserts would take four minutes.
MOST_SLOW_UPSERTS = 2_000
_BATCH = 1_000
_TIMEOUT_S = 20
_FREE_CALLS = {"login", "control", "viewer"}
_SOURCE = "urbanisme"
# A new title changes the Case alone; a new wording of the status is one entry of its timeline too.
_TITLE, _WORDING = "OBJET", "LB_ETAT"


def measure(
    folder: Path, cases: int = CASES, latencies_ms: tuple[int, ...] = LATENCIES_MS, rounds: int = ROUNDS
) -> dict[str, object]:
    """Give API calls and seconds of both at each latency of the org.

    The org knows the cases already: all that is measured are changes. On a slow org the plain loop carries
    fewer records; its own `cases` says how many.
    """
    with Children(folder / "log") as children:
        command = [sys.executable, "-m", "run", "sandbox", "salesforce"]
        org = children.start_ready("salesforce", command, plain_environment())
        with trial(folder, org=org, BRIDGE_SALESFORCE_BULK_FROM="0").services() as services:
            with stage(f"push: {cases} new cases"):
                _change(services, cases, "new")
                services.push_cases()
            return {
                f"latency_{latency_ms}_ms": _compared(services, org, cases, latency_ms, rounds)
                for latency_ms in latencies_ms
            }


def _compared(
    services: Services, org: Mapping[str, Any], cases: int, latency_ms: int, rounds: int
) -> dict[str, object]:
    _slow_down(org, latency_ms)
    with stage(f"push: {latency_ms} ms, the product, {rounds} rounds"):
        runs = [_product(services, org, cases, f"{latency_ms} ms {number}") for number in range(rounds)]
        ours = sorted(runs, key=lambda run: run["seconds"])[rounds // 2]
    with stage(f"push: {latency_ms} ms, the product, news for the timeline, {rounds} rounds"):
        runs = [
            _product(services, org, cases, f"{latency_ms} ms {number}", column=_WORDING)
            for number in range(rounds)
        ]
        with_news = sorted(runs, key=lambda run: run["seconds"])[rounds // 2]
    with stage(f"push: {latency_ms} ms, one upsert a record"):
        theirs = _one_by_one(services, org, min(cases, MOST_SLOW_UPSERTS) if latency_ms else cases)
    return {
        "product": ours,
        "product_with_news": with_news,
        "upsert_loop": theirs,
        "calls_ratio": round(theirs["api_calls_per_case"] / ours["api_calls_per_case"], 1),
        "speed_ratio": round(ours["cases_per_s"] / theirs["cases_per_s"], 2),
    }


def _change(services: Services, cases: int, note: str, column: str = _TITLE) -> None:
    """Let the source say something new of each case: of its title, or of its status in its own words."""
    rows = [row | {column: note} for row in planning_rows(cases)]
    for start in range(0, cases, _BATCH):
        records = tuple(SourceRecord(f"row {start}", row) for row in rows[start : start + _BATCH])
        key = f"{column}:{note}:{start}"
        delivery = Delivery(key, records, key)
        done = services.absorb(services.mappings[_SOURCE], delivery)
        assert done.changed == len(records), done


def _product(
    services: Services, org: Mapping[str, Any], cases: int, note: str, column: str = _TITLE
) -> dict[str, float]:
    _change(services, cases, note, column)
    calls, began = _calls(org), time.perf_counter()
    done = services.push_cases()
    seconds = time.perf_counter() - began
    assert (done.applied, done.error_code) == (cases, None), done
    return _summary(cases, seconds, _calls(org) - calls)


def _one_by_one(services: Services, org: Mapping[str, Any], cases: int) -> dict[str, float]:
    bodies = _bodies(services, cases)
    client = plain_client(org)
    calls, began = _calls(org), time.perf_counter()
    for external_id, body in bodies.items():
        client.Case.upsert(f"Source_Key__c/{external_id}", body)
    return _summary(cases, time.perf_counter() - began, _calls(org) - calls)


def _bodies(services: Services, cases: int) -> dict[str, dict[str, object]]:
    """Give what the product sends, so that both carry the same fields; the key stands in the address."""
    mapping = load_salesforce("case")
    numbers = [row["NUM_DOSSIER"] for row in planning_rows(cases)]
    with services.store.begin() as tx:
        stored = tx.cases.existing([CaseKey(_SOURCE, number) for number in numbers]).values()
    sent = {
        case.content.key.external_id: payload(mapping, case_values(case), creating=False) for case in stored
    }
    for body in sent.values():
        del body[mapping.external_id]
    return sent


def _summary(cases: int, seconds: float, calls: int) -> dict[str, float]:
    return {
        "cases": cases,
        "seconds": round(seconds, 2),
        "cases_per_s": round(cases / seconds, 1),
        "api_calls": calls,
        "api_calls_per_case": calls / cases,
    }


def _calls(org: Mapping[str, Any]) -> int:
    stats = requests.get(f"{org['url']}/sandbox/stats", timeout=_TIMEOUT_S).json()
    return sum(calls for kind, calls in stats["calls"].items() if kind not in _FREE_CALLS)


def _slow_down(org: Mapping[str, Any], latency_ms: int) -> None:
    body = {"latency_s": latency_ms / 1000}
    requests.post(f"{org['url']}/sandbox/faults", json=body, timeout=_TIMEOUT_S).raise_for_status()
