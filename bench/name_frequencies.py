"""Names and birthplaces, drawn as often as they really occur. Source: bench/data/README.md."""

from __future__ import annotations

import csv
import gzip
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Generic, TypeVar

from bridge.domain.identity import Gender

_DATA = Path(__file__).parent / "data"
_AROUND = ("92", "75", "78", "93", "94")
_NEAR_SHARE = 0.55
T = TypeVar("T")


class Weighted(Generic[T]):
    """Values drawn as often as their weights say."""

    def __init__(self, weights: dict[T, int]) -> None:
        self._values = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, chance: Random) -> T:
        """Give one value."""
        return self._values[bisect(self._sums, chance.random() * self._sums[-1])]


@dataclass(frozen=True, slots=True)
class Frequencies:
    """What people are called, and where they are born."""

    family: Weighted[str]
    given: dict[tuple[Gender, int], Weighted[str]]
    near: list[str]
    """Communes around the town; the metropolitan hospitals draw more than half of the births."""
    all_communes: list[str]

    def given_name(self, chance: Random, gender: Gender, year: int) -> str:
        """Give a name of that gender and decade."""
        return self.given[gender, min(2010, max(1900, year - year % 10))].draw(chance)

    def commune(self, chance: Random) -> str:
        """Give the 2016 code of a commune of birth."""
        return chance.choice(self.near if chance.random() < _NEAR_SHARE else self.all_communes)


def read_frequencies() -> Frequencies:
    """Give the packaged frequencies."""
    given: dict[tuple[Gender, int], dict[str, int]] = defaultdict(dict)
    for row in _rows("given_names"):
        given[Gender(row["gender"]), int(row["decade"])][row["given_name"]] = int(row["births"])
    communes = [row["insee_code"] for row in _rows("communes")]
    return Frequencies(
        family=Weighted({row["family_name"]: int(row["births_1891_2000"]) for row in _rows("family_names")}),
        given={key: Weighted(weights) for key, weights in given.items()},
        near=[code for code in communes if code.startswith(_AROUND) and code != "75056"],
        all_communes=communes,
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(_DATA / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)
