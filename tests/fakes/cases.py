"""A CaseDirectory in memory, held to the same contract as the org's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.domain.case import Case
from bridge.usecases.ports import CaseAnswer

MOST_CASES = 200


class FakeCases:
    """Cases in memory, by external id.

    `answers` refuses single cases, `failure` the whole call; `contact_ids` are the Contacts there are,
    any with None. `calls` keeps what each call sent.
    """

    def __init__(self, contact_ids: frozenset[str] | None = None) -> None:
        self.cases: dict[str, Case] = {}
        self.ids: dict[str, str] = {}
        self.calls: list[tuple[Case, ...]] = []
        self.answers: dict[str, CaseAnswer] = {}
        self.failure: Exception | None = None
        self.contact_ids = contact_ids

    def upsert(self, cases: Sequence[Case]) -> tuple[CaseAnswer, ...]:
        """Write cases by external id; of several states of one case the newest counts."""
        if len(cases) > MOST_CASES:
            raise ValueError(f"at most {MOST_CASES} cases in one call")
        if self.failure is not None:
            raise self.failure
        self.calls.append(tuple(cases))
        newest = {_key(case): case for case in sorted(cases, key=lambda case: case.version)}
        answers = {key: self._write(key, case) for key, case in newest.items()}
        return tuple(answers[_key(case)] for case in cases)

    def _write(self, key: str, case: Case) -> CaseAnswer:
        if key in self.answers:
            return self.answers[key]
        held = self.cases.get(key)
        if held is not None and held.version > case.version:
            return CaseAnswer(None, "STALE_VERSION", ("Source_Version__c",))
        if case.contact_id and self.contact_ids is not None and case.contact_id not in self.contact_ids:
            return CaseAnswer(None, "INVALID_CROSS_REFERENCE_KEY", ("ContactId",))
        kept = case.contact_id or (held.contact_id if held else None)
        self.cases[key] = replace(case, contact_id=kept)
        self.ids.setdefault(key, f"500{len(self.ids) + 1:012}AAA")
        return CaseAnswer(self.ids[key])


def _key(case: Case) -> str:
    return case.content.key.external_id
