"""Which codes stand for one commune of birth, and since when.

A birth certificate keeps the code of its day, a town's records often hold today's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from mappings.communes import CommuneChange, read_changes

Dated = Mapping[str, tuple[tuple[date, str], ...]]


@dataclass(frozen=True, slots=True)
class Communes:
    """The changes of commune codes, by the code they start from. An empty one knows no change."""

    renumbered: Mapping[str, str] = field(default_factory=dict)
    """Former code to today's code of the same commune: two codes of which neither ever meant another."""
    joined: Dated = field(default_factory=dict)
    left: Dated = field(default_factory=dict)
    """A commune, to those created from it."""
    city_of: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, changes: Iterable[CommuneChange]) -> Communes:
        """Give the changes in the order a comparison asks for them."""
        kinds: dict[str, list[CommuneChange]] = defaultdict(list)
        for change in sorted(changes, key=lambda each: each.effective_on or date.min):
            kinds[change.change].append(change)
        return cls(
            renumbered=_latest(kinds["renumbered"]),
            joined=_by_code((c.code, c.effective_on, c.other_code) for c in kinds["joined"]),
            left=_by_code((c.other_code, c.effective_on, c.code) for c in kinds["left"]),
            city_of={c.code: c.other_code for c in kinds["district"]},
        )

    def canonical(self, code: str) -> str:
        """Give one code for all those of the same commune, today's."""
        plain = code.strip().upper()
        return self.renumbered.get(plain, plain)

    def were_joined_after(self, born: date, one: str, other: str) -> bool:
        """Whether one commune joined the other, or was made out of it, after somebody was born there."""
        first, second = self.canonical(one), self.canonical(other)
        return second in self._later(born, first) or first in self._later(born, second)

    def is_city_of(self, one: str, other: str) -> bool:
        """Whether one is an arrondissement and the other its city."""
        first, second = self.canonical(one), self.canonical(other)
        return self.city_of.get(first) == second or self.city_of.get(second) == first

    def _later(self, born: date, code: str) -> set[str]:
        """The communes a birth in this one may be filed under: those made from it, those it ended in."""
        found = {made for day, made in self.left.get(code, ()) if day > born}
        ahead = [(born, code)]
        while ahead:
            since, current = ahead.pop()
            for day, into in self.joined.get(current, ()):
                if day > since and into not in found:
                    found.add(into)
                    ahead.append((day, into))
        return found


@cache
def packaged() -> Communes:
    """Give the changes that ship with the product: a table of constants, read once, like those of Unicode."""
    return Communes.of(read_changes())


def _latest(changes: Iterable[CommuneChange]) -> dict[str, str]:
    """Each former code with the last code of its commune; two of them changed département and back."""
    latest: dict[str, str] = {}
    for change in changes:
        for former, code in latest.items():
            if code == change.code:
                latest[former] = change.other_code
        latest[change.code] = change.other_code
    return {former: code for former, code in latest.items() if former != code}


def _by_code(changes: Iterable[tuple[str, date | None, str]]) -> Dated:
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for code, day, other in changes:
        found[code].append((day or date.min, other))
    return {code: tuple(each) for code, each in found.items()}
