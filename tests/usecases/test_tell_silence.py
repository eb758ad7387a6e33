"""The date of silence: the service's own first, the reviewed rule where there is one, nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import Case, CaseContent, CaseEvent
from bridge.domain.status import Moment, Outcome, Phase
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.read_cases import ReadCases
from bridge.usecases.tell_silence import SilenceBasis, TellSilence
from mappings.procedure_sheets import ProcedureSheet, load_procedure
from tests.adapters.store.samples import content, status
from tests.fakes.clock import START, FakeClock
from tests.mappings.examples import written
from tests.mappings.test_procedures import SHEET
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, case, delivery, row

RECEIVED = Moment(datetime(2025, 2, 2, 23, 0, tzinfo=UTC))
"""The third of February in Paris."""


@pytest.fixture
def tell(tmp_path: Path) -> TellSilence:
    """The use case with a rule for `creche`: two months from the deposit."""
    return TellSilence({"creche": load_procedure(written(tmp_path, SHEET, "creche.yaml"))})


def request(phase: Phase = Phase.IN_PROGRESS, outcome: Outcome | None = None, **changes: Any) -> Case:
    """Give a request for a place, as stored."""
    said: CaseContent = replace(
        content("C-1", said=status(phase, outcome)), procedure="creche", received=RECEIVED
    )
    return Case("c_1", replace(said, **changes), 1, START, START, link_id=None, contact_id=None)


def events(*phases: Phase) -> list[CaseEvent]:
    """Give the timeline of these phases."""
    return [CaseEvent(f"e_{n}", "c_1", n, status(p), RECEIVED, START) for n, p in enumerate(phases, 1)]


def test_a_date_is_counted_from_the_day_of_deposit(tell: TellSilence) -> None:
    """In the source's own calendar, with the effect and the law beside it."""
    notice = tell(request(), URBANISME, events(Phase.RECEIVED, Phase.IN_PROGRESS))
    assert notice
    assert (notice.on, notice.basis) == (date(2025, 4, 3), SilenceBasis.RULE)
    assert notice.rule
    assert (notice.rule.effect, notice.rule.reference) == ("rejected", "CRPA, L231-4")


def test_the_service_s_own_date_comes_first(tell: TellSilence) -> None:
    """Its software knows of suspensions; the rule only says what the date means."""
    notice = tell(request(silence_on=date(2025, 7, 1)), URBANISME)
    assert notice
    assert (notice.on, notice.basis) == (date(2025, 7, 1), SilenceBasis.SOURCE)
    assert notice.rule


@pytest.mark.parametrize(
    "told",
    [
        request(procedure="cantine"),
        request(received=None),
        request(Phase.ACTION_REQUIRED),
        request(Phase.UNKNOWN),
        request(Phase.DECIDED, Outcome.ACCEPTED),
    ],
    ids=["another procedure", "no day of deposit", "suspended", "unknown", "decided"],
)
def test_no_rule_or_no_running_clock_means_no_date(tell: TellSilence, told: Case) -> None:
    """Never inferred from another procedure, never shown where the clock does not run."""
    assert tell(told, URBANISME) is None


def test_a_clock_that_once_stood_still_gives_no_date(tell: TellSilence) -> None:
    """Nobody here knows for how long a document was awaited."""
    assert tell(request(), URBANISME, events(Phase.ACTION_REQUIRED, Phase.IN_PROGRESS)) is None


def test_a_rule_that_leaves_the_date_to_the_source_computes_nothing(
    tell: TellSilence, tmp_path: Path
) -> None:
    """A period may be told without any date being shown."""
    text = SHEET.replace("date: computed", "date: source")
    sheet: ProcedureSheet = load_procedure(written(tmp_path, text, "creche.yaml"))
    assert TellSilence({"creche": sheet})(request(), URBANISME) is None


def test_the_timeline_of_a_stored_case_is_looked_at(
    store: SqlStore, clock: FakeClock, tell: TellSilence
) -> None:
    """From the store to the view a page is made of."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    absorb(URBANISME, delivery(row(1), row(2, CD_ETAT="INCNOT")))
    absorb(URBANISME, delivery(row(2), key="d2"))
    sheets = {"urb-dp": tell.sheets["creche"]}
    read = ReadCases(store, {"urbanisme": URBANISME}, clock, TellSilence(sheets))
    with store.read() as tx:
        views = read._views(tx, [case(store, 1), case(store, 2)])
    assert [view.silence and view.silence.on for view in views] == [date(2025, 4, 3), None]
