"""Pairs with the truth beside them: each sign-in with its own records, and with those easiest to mistake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.matching_town import Block, CrmTown
from bench.people import Person
from bridge.domain.contact import Contact
from bridge.domain.matching import Comparison, Grade, compare


@dataclass(frozen=True, slots=True)
class Pair:
    """An identity and a Contact, and whether they are one person."""

    person: Person
    contact: Contact
    is_same: bool

    def compared(self) -> Comparison:
        """Give what the rules say."""
        return compare(self.person.identity, self.person.certified_usage_name, self.contact)


def pairs(town: CrmTown, block: Block, most: int) -> list[Pair]:
    """Give the pairs of sign-ins with their own records and with every Contact of their block."""
    return [pair for pair, _ in zip(_pairs(town, block), range(most), strict=False)]


def _pairs(town: CrmTown, block: Block) -> Iterator[Pair]:
    for case in town.cases:
        own = {contact.id: contact for contact in (record.contact() for record in case.records)}
        yield from (Pair(case.person, contact, is_same=True) for contact in own.values())
        for contact in block.around(case.person.identity, case.person.certified_usage_name):
            if contact.id not in own:
                yield Pair(case.person, contact, is_same=False)


def graded(tried: Sequence[Pair]) -> dict[str, object]:
    """Give how the rules grade true and false pairs."""
    same: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for pair in tried:
        (same if pair.is_same else other)[pair.compared().grade] += 1
    return {
        "pairs": len(tried),
        "same_person": {grade.value: same[grade] for grade in Grade},
        "somebody_else": {grade.value: other[grade] for grade in Grade},
    }
