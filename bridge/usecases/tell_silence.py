"""When silence decides a request: by its service's own software, or else by the rule of its procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from bridge.domain.case import Case, CaseEvent
from bridge.domain.status import CaseStatus, Phase
from mappings.model import SourceMapping
from mappings.procedure_sheets import ProcedureSheet, SilenceRule, later


class SilenceBasis(StrEnum):
    """Where a date comes from."""

    SOURCE = "source"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class SilenceNotice:
    """The date at which silence decides if the file is complete; `rule` says how, and by which law."""

    on: date
    basis: SilenceBasis
    rule: SilenceRule | None


_RUNNING = frozenset({Phase.RECEIVED, Phase.IN_PROGRESS, Phase.AWAITING_THIRD_PARTY})
"""Where the town is to answer: a period neither over, nor suspended, nor unknown."""


@dataclass(frozen=True, slots=True)
class TellSilence:
    """No rule entered means no date; a rule of another procedure is never taken."""

    sheets: Mapping[str, ProcedureSheet] = field(default_factory=dict)

    def may_compute(self, case: Case) -> bool:
        """Whether a date would come from the rule, so that the case's timeline is needed."""
        rule = self._rule(case)
        dated = case.content.silence_on is None and case.content.received is not None
        return rule is not None and rule.is_computed and dated and case.content.status.phase in _RUNNING

    def __call__(
        self, case: Case, mapping: SourceMapping, events: Iterable[CaseEvent] = ()
    ) -> SilenceNotice | None:
        """Give the notice, None when no date can be told.

        A request that was once suspended, decided or reopened gets no computed date: nobody here knows how
        long its clock stood still.
        """
        content, rule = case.content, self._rule(case)
        if content.silence_on:
            return SilenceNotice(content.silence_on, SilenceBasis.SOURCE, rule)
        if not self.may_compute(case) or not all(_runs(event.status) for event in events):
            return None
        if rule is None or rule.period is None or content.received is None:
            return None
        received = content.received.at.astimezone(ZoneInfo(mapping.timezone)).date()
        due = later(received, months=rule.period.months, days=rule.period.days)
        return SilenceNotice(due, SilenceBasis.RULE, rule)

    def _rule(self, case: Case) -> SilenceRule | None:
        sheet = self.sheets.get(case.content.procedure)
        return sheet.silence if sheet else None


def _runs(status: CaseStatus) -> bool:
    return status.phase in _RUNNING
