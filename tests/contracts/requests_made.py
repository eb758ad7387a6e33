"""Invented cases for the contract of the Cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from bridge.domain.case import Case, CaseContent, CaseKey, Reference
from bridge.domain.status import CaseStatus, Moment, NextStep, Outcome, Phase, WaitingFor
from tests.contracts.benches import SOURCE

OBSERVED = datetime(2025, 3, 3, 8, 30, tzinfo=UTC)


def a_case(number: str, *, version: int = 1, contact_id: str | None = None, **changes: object) -> Case:
    """Give a case; `changes` are of its content."""
    content = CaseContent(
        key=CaseKey(SOURCE, number),
        procedure="permis-de-construire",
        title="Permis de construire",
        status=CaseStatus(
            phase=Phase.DECIDED,
            outcome=Outcome.ACCEPTED,
            waiting_for=WaitingFor.NOBODY,
            tacit=True,
            since=Moment(datetime(2025, 2, 28, 23, 0, tzinfo=UTC)),
            legacy_code="ACC-T",
            legacy_label="Accordé tacitement",
            mapping_version="urbanisme@3",
        ),
        references=(Reference("PC 075 107 25 00012", "urbanisme"),),
        received=None,
        public_note="Votre permis est accordé.",
        next_step=NextStep("display", due_on=date(2025, 4, 1)),
    )
    return Case(
        id=f"c_{number}",
        content=replace(content, **changes),  # type: ignore[arg-type]  # names and types are the caller's
        version=version,
        observed_at=OBSERVED,
        changed_at=OBSERVED,
        link_id=None,
        contact_id=contact_id,
    )
