"""What was tried, what was acknowledged, and what became of it: the arithmetic of Jepsen's queue checker.

Source: `jepsen.checker`, total-queue: each element is ok, lost, duplicated, unexpected or recovered.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Item = tuple[str, int]
"""External id of a case, and the version of it a source told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Empty in every field but `recovered` when nothing was lost, doubled, invented or shown backwards."""

    lost: frozenset[Item]
    duplicated: tuple[str, ...]
    unexpected: frozenset[Item]
    regressed: tuple[str, ...]
    recovered: frozenset[Item]

    @property
    def counts(self) -> dict[str, int]:
        """Give how many of each."""
        return {
            name: len(getattr(self, name))
            for name in ("lost", "duplicated", "unexpected", "regressed", "recovered")
        }

    @property
    def is_clean(self) -> bool:
        """Whether the promise was kept."""
        return not (self.lost or self.duplicated or self.unexpected or self.regressed)


@dataclass(slots=True)
class Ledger:
    """Append-only, on disk before the input is sent, so that the driver's own death loses no entry."""

    path: Path
    attempted: set[Item] = field(default_factory=set)
    acknowledged: set[Item] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def attempt(self, items: Iterable[Item]) -> None:
        """Note what is about to be told."""
        self._note("attempted", items, self.attempted)

    def acknowledge(self, items: Iterable[Item]) -> None:
        """Note what the product said yes to."""
        self._note("acknowledged", items, self.acknowledged)

    def judge(
        self, applied: Mapping[str, Iterable[int]], parked: Iterable[str], regressed: Iterable[str]
    ) -> Verdict:
        """Weigh what was acknowledged against every version each case went through.

        A version is superseded when a later one of its case was applied; a parked case waits for a person.
        """
        reached = {key: list(versions) for key, versions in applied.items()}
        newest = {key: max(versions) for key, versions in reached.items() if versions}
        held = set(parked)
        lost = {
            (key, version)
            for key, version in self.acknowledged
            if version > newest.get(key, -1) and key not in held
        }
        twice = [key for key, versions in reached.items() if len(versions) != len(set(versions))]
        shown = {(key, version) for key, versions in reached.items() for version in versions}
        return Verdict(
            frozenset(lost),
            tuple(sorted(twice)),
            frozenset(shown - self.attempted),
            tuple(sorted(set(regressed))),
            frozenset(shown - self.acknowledged),
        )

    def _note(self, stage: str, items: Iterable[Item], into: set[Item]) -> None:
        fresh = sorted(set(items) - into)
        with self._lock, self.path.open("a") as lines:
            for key, version in fresh:
                lines.write(json.dumps([stage, key, version]) + "\n")
            into.update(fresh)


@dataclass(slots=True)
class Watch:
    """What a reader saw, each time it looked: a version that goes down was shown backwards."""

    where: str
    seen: dict[str, int] = field(default_factory=lambda: defaultdict(lambda: -1))
    went_back: list[str] = field(default_factory=list)
    looks: int = 0

    def look(self, shown: Mapping[str, int]) -> None:
        """Compare with the last look."""
        self.looks += 1
        for key, version in shown.items():
            if version < self.seen[key]:
                self.went_back.append(f"{self.where}: {key} from {self.seen[key]} to {version}")
            self.seen[key] = max(version, self.seen[key])
