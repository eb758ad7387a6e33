"""Ten thousand changed cases among a million: by a job of the org, by call, and by a plain loop."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.filled_store import SOURCE, change, fill_org, fill_store, source_case_id, tell_one
from bench.first_load import calls_of, run_lane
from bench.plain_client import plain_client
from bench.progress import stage
from bench.trial import trial
from bridge.adapters.salesforce.case_values import case_values
from bridge.domain.case import CaseKey
from bridge.wiring import Services
from mappings.loader import load_salesforce
from mappings.salesforce import payload
from run.children import Children
from run.town_hall import plain_environment

TOTAL = 1_000_000
CHANGED = 10_000


def measure(
    folder: Path, total: int = TOTAL, changed: int = CHANGED, loop: int = CHANGED
) -> dict[str, object]:
    """Give calls and seconds of each way; the loop carries `loop` of them."""
    database = folder / "org.sqlite3"
    with Children(folder / "log") as children:
        command = [sys.executable, "-m", "run", "sandbox", "salesforce", "--database", str(database)]
        org = children.start_ready("salesforce", command, plain_environment())
        with trial(folder, org=org).services() as services:
            with stage(f"changed: {total} cases into store and org"):
                tell_one(services)
                fill_store(services, total, is_known=True)
                fill_org(database, total)
            found: dict[str, object] = {"among": total}
            for name, by_jobs in (("bulk", True), ("collections", False)):
                change(services, changed, name)
                with stage(f"changed: {changed}, by {name}"):
                    found[name] = run_lane(services, org, changed, by_jobs=by_jobs)
            with stage(f"changed: {loop}, one upsert a record"):
                found["upsert_loop"] = _one_by_one(services, org, loop)
            return found


def _one_by_one(services: Services, org: Mapping[str, Any], count: int) -> dict[str, object]:
    """Send what the product sends, as the manual of simple-salesforce shows it."""
    mapping, client = load_salesforce("case"), plain_client(org)
    keys = [CaseKey(SOURCE, source_case_id(number)) for number in range(count)]
    with services.store.begin() as tx:
        stored = tx.cases.existing(keys).values()
    calls, began = calls_of(org), time.perf_counter()
    for case in stored:
        body = payload(mapping, case_values(case))
        client.Case.upsert(f"{mapping.external_id}/{body.pop(mapping.external_id)}", body)
    seconds = time.perf_counter() - began
    made = (calls_of(org) - calls).total()
    speed = round(count / seconds, 1)
    return {"rows": count, "seconds": round(seconds, 1), "rows_per_s": speed, "api_calls": made}
