"""What the decisions were worth: links, proofs, ranks, by kind of error and by kind of relative."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from bench.matching_town import Case, CrmTown
from bridge.domain.matching import Decision, Verdict

_FIRST_FEW = 5


class Score:
    """Counts as decisions come in."""

    def __init__(self, town: CrmTown) -> None:
        self._owner = {record.id: record.person for record in town.records}
        self._known: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._kin: dict[str, Counter[str]] = defaultdict(Counter)
        self._kinds: dict[str, Counter[str]] = defaultdict(Counter)
        self._ranks: Counter[str] = Counter()
        self._candidates: list[int] = []

    def add(self, case: Case, decision: Decision) -> None:
        """Count one decision."""
        outcome = self._outcome(case, decision)
        (self._known if case.records else self._new)[outcome] += 1
        if case.person.kin:
            self._kin[case.person.kin][outcome] += 1
        self._candidates.append(len(decision.evidence))
        if case.records:
            rank = self._rank(case, decision)
            if any(record.allows for record in case.records):
                self._ranks["people"] += 1
                self._ranks["first"] += rank == 1
                self._ranks["first_five"] += 0 < rank <= _FIRST_FEW
            if len(case.records) == 1:
                for kind in case.records[0].kinds:
                    counted = self._kinds[kind]
                    counted["people"] += 1
                    counted["found"] += rank > 0
                    counted["first"] += rank == 1
                    counted["offered"] += outcome in {"linked", "offered"}

    def _outcome(self, case: Case, decision: Decision) -> str:
        mine = bool(decision.contact) and self._is_of(case, decision)
        match decision.verdict:
            case Verdict.LINK:
                return "linked" if mine else "linked_wrongly"
            case Verdict.PROVE:
                return "offered" if mine else "offered_wrongly"
            case Verdict.REVIEW:
                return "agent"
            case _:
                return "created"

    def _is_of(self, case: Case, decision: Decision) -> bool:
        return decision.contact is not None and self._owner[decision.contact.id] == case.person.number

    def _rank(self, case: Case, decision: Decision) -> int:
        owners = [self._owner[each.contact.id] for each in decision.evidence]
        return owners.index(case.person.number) + 1 if case.person.number in owners else 0

    def report(self) -> dict[str, object]:
        """Give the numbers."""
        people = self._ranks["people"]
        ordered = sorted(self._candidates)
        return {
            "wrong_links_without_proof": self._known["linked_wrongly"] + self._new["linked_wrongly"],
            "offers_of_another_contact": self._known["offered_wrongly"] + self._new["offered_wrongly"],
            "known_people": _shares(self._known),
            "newcomers": _shares(self._new),
            "rank_where_the_record_allows": {
                "people": people,
                "first": _share(self._ranks["first"], people),
                "first_five": _share(self._ranks["first_five"], people),
            },
            "candidates": {
                "median": ordered[len(ordered) // 2],
                "p99": ordered[len(ordered) * 99 // 100],
                "most": ordered[-1],
            },
            "by_kind": {kind: _kind(counted) for kind, counted in _largest(self._kinds)},
            "by_kin": {kin: _shares(counted) for kin, counted in _largest(self._kin)},
        }


def _shares(counted: Counter[str]) -> dict[str, object]:
    total = counted.total()
    return {"people": total, **{name: _share(count, total) for name, count in counted.most_common()}}


def _kind(counted: Counter[str]) -> dict[str, object]:
    total = counted["people"]
    return {"people": total, **{name: _share(counted[name], total) for name in ("found", "first", "offered")}}


def _largest(tables: dict[str, Counter[str]]) -> Iterable[tuple[str, Counter[str]]]:
    return sorted(tables.items(), key=lambda item: -item[1].total())


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
