"""Street reports: "closed" is never worded as "done" without proof, on real closure reasons."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

import sandbox.town
from tests.mappings.examples import mapped, packaged_sources

ROW: dict[str, object] = {
    "service_request_id": "101001240740",
    "status": "closed",
    "status_notes": None,
    "service_name": "Tree Maintenance Requests",
    "service_code": "tree-maintenance-requests",
    "requested_datetime": "2015-01-01T01:45:37-05:00",
    "updated_datetime": "2015-02-01T10:00:00-05:00",
    "expected_datetime": None,
    "address": "Dorchester",
}
UNPROVEN = "closed_without_decision"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("Case Closed Case Resolved  The tree was pruned", "done"),
        ("Case Closed Case Resolved", "done"),
        ("Case Closed Case Resolved  -", "done"),
        ("Case Closed CORR: Corrected", "done"),
        ("Case Closed. Closed date : 2015-11-10 08:57:27.03 VIOCOR: Violation Corrected", "done"),
        ("Case Closed PERMIS: Permit Issued", "done"),
        ("Case Closed Duplicate of Existing Case 101001238472", "duplicate"),
        ("Case Closed Case Resolved Duplicated Case.", "duplicate"),
        ("Case Closed Case Noted  Case already exists for removal.", "duplicate"),
        ("Case Closed ROA: Refer to Other Agency/Division", "transferred"),
        ("Case Closed Case Referred to External Agency Case referred to DCR.", "transferred"),
        ("Case Closed Case Resolved The graffiti tag at this location was not found by the City", UNPROVEN),
        ("Case Closed Case Resolved The graffiti tag was not removed by the Department", UNPROVEN),
        ("Case Closed Case Resolved This could not be removed", UNPROVEN),
        ("Case Closed Case Resolved Tree to be removed by PWD to repair sidewalk.", UNPROVEN),
        ("Case Closed Case Resolved  - transferred to the other office", UNPROVEN),
        ("Case Closed Case Resolved  - Wrong number", UNPROVEN),
        ("Case Closed Case Noted  The BPRD does not maintain private trees", UNPROVEN),
        ("Case Closed Case Invalid Opened in error", UNPROVEN),
        ("Case Closed ADCLSD: Administratively Closed", UNPROVEN),
        ("Case Closed NOVIO: No Violation Found/No Cause", UNPROVEN),
        ("Case Closed NOBASE: No Basis", UNPROVEN),
        ("Case Closed NOACC: Closed-No Access", UNPROVEN),
        ("Case Closed VIOISS: Violation Filed", UNPROVEN),
        ("Case Closed VIOLFND: Violation Found", UNPROVEN),
        ("Case Closed REINSP: Issues Found  Re-Inspection", UNPROVEN),
        ("Case Closed TICKET: Ticket Issued", UNPROVEN),
        ("Case Closed CLOSED: Closed/No Permit", UNPROVEN),
        ("Case Closed TFA: Tenant Failed Apt\\Was Not Home", UNPROVEN),
        ("Case Closed TSOP: Stop Work/TSOP/Condemnation", UNPROVEN),
        ("Case Closed ABATED: Abatement Issued", UNPROVEN),
        ("Case Closed NEWOWN: Closed-New Owner", UNPROVEN),
        ("Case Closed :", UNPROVEN),
        ("Case Closed", UNPROVEN),
        ("Réparé hier", UNPROVEN),
        (None, UNPROVEN),
    ],
)
def test_every_kind_of_closure_reason(reason: str | None, outcome: str) -> None:
    """What proves the work says done; what denies it, names another office or says nothing does not."""
    status = mapped("voirie", ROW | {"status_notes": reason}).status
    assert (status.phase, status.outcome, status.waiting_for) == ("closed", outcome, "nobody")


def test_an_open_report_is_received() -> None:
    """GeoReport says nothing between open and closed, and neither do we."""
    record = mapped("voirie", ROW | {"status": "open"})
    assert (record.status.phase, record.status.outcome, record.status.waiting_for) == (
        "received",
        None,
        "town",
    )
    assert (record.title, record.procedure) == ("Tree Maintenance Requests", "voirie-signalement")
    assert record.received is not None
    assert record.received.at.isoformat() == "2015-01-01T06:45:37+00:00"
    assert record.person is None


def test_the_table_has_no_other_word() -> None:
    """GeoReport has two words."""
    assert set(packaged_sources()["voirie"].status.words) == {"open", "closed"}


def test_a_year_of_real_reports_is_read_without_one_refusal() -> None:
    """Every reason a real city wrote is read; done is said only under a wording that claims the work."""
    path = Path(sandbox.town.__file__).parent / "data" / "street_requests.csv.gz"
    outcomes: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            reason, word = row["CLOSURE_REASON"], "closed" if row["CLOSED_DT"] else "open"
            outcome = mapped("voirie", ROW | {"status": word, "status_notes": reason}).status.outcome
            outcomes[outcome or word] += 1
            if outcome == "done":
                assert any(proof in reason for proof in ("Case Resolved", "CORR:", "VIOCOR:", "PERMIS:"))
    assert set(outcomes) == {"open", "done", "duplicate", "transferred", UNPROVEN}
