"""A CaseDirectory in memory, held to the same contract as the org's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import count

from bridge.domain.case import Case, CaseKey
from bridge.usecases.ports import CaseAnswer

MOST_CASES = 200


class FakeCases:
    """Cases in memory, by external id.

    `answers` refuses single cases, `failure` every call, `poison` each call that holds one of its cases;
    `contact_ids` are the Contacts there are, any with None. `calls` keeps what each answered call sent,
    `firsts` the ids it was told were never written before, `tries` the size of every call.
    """

    def __init__(self, contact_ids: frozenset[str] | None = None) -> None:
        self.cases: dict[str, Case] = {}
        self.ids: dict[str, str] = {}
        self.calls: list[tuple[Case, ...]] = []
        self.answers: dict[str, CaseAnswer] = {}
        self.failure: Exception | None = None
        self.poison: dict[str, Exception] = {}
        self.firsts: list[set[str]] = []
        self.tries: list[int] = []
        self.contact_ids = contact_ids
        self._numbers = count(1)

    def upsert(self, cases: Sequence[Case], first: Collection[str] = ()) -> tuple[CaseAnswer, ...]:
        """Write cases by external id; of several states of one case the newest counts."""
        if len(cases) > MOST_CASES:
            raise ValueError(f"at most {MOST_CASES} cases in one call")
        self.tries.append(len(cases))
        for failure in (self.failure, *(self.poison.get(_key(case)) for case in cases)):
            if failure is not None:
                raise failure
        self.calls.append(tuple(cases))
        self.firsts.append(set(first))
        newest = {_key(case): case for case in sorted(cases, key=lambda case: case.version)}
        answers = {key: self._write(key, case) for key, case in newest.items()}
        return tuple(answers[_key(case)] for case in cases)

    def contact_of(self, key: CaseKey) -> str | None:
        """Give the Contact of a Case."""
        if self.failure is not None:
            raise self.failure
        held = self.cases.get(key.external_id)
        return held.contact_id if held else None

    def lose(self, key: str) -> None:
        """Have the Case under this key bear it no more, as when an agent empties its external id."""
        del self.cases[key], self.ids[key]

    def _write(self, key: str, case: Case) -> CaseAnswer:
        if key in self.answers:
            return self.answers[key]
        held = self.cases.get(key)
        if held is not None and held.version > case.version:
            return CaseAnswer(None, "STALE_VERSION", ("Source_Version__c",), held_version=held.version)
        if case.contact_id and self.contact_ids is not None and case.contact_id not in self.contact_ids:
            return CaseAnswer(None, "INVALID_CROSS_REFERENCE_KEY", ("ContactId",))
        kept = case.contact_id or (held.contact_id if held else None)
        self.cases[key] = replace(case, contact_id=kept)
        if key not in self.ids:
            self.ids[key] = f"500{next(self._numbers):012}AAA"
        return CaseAnswer(self.ids[key])


def _key(case: Case) -> str:
    return case.content.key.external_id
