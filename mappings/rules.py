"""The rules a mapping is made of: where one value is read, and what one status word means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DayOrMinute = Literal["day", "minute"]
PRECISIONS: tuple[DayOrMinute, ...] = ("day", "minute")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one value is read. `key` is where the rule stands in its file; steps run as the fields stand.

    With `lenient`, a value absent from `table` becomes `otherwise` instead of stopping the record.
    """

    key: str
    path: tuple[str, ...] = ()
    constant: str | None = None
    empty_if: frozenset[str] = frozenset()
    transforms: tuple[str, ...] = ()
    required: bool = False
    if_empty: str | None = None
    table: Mapping[str, str] | None = None
    lenient: bool = False
    otherwise: str | None = None
    split: tuple[str, ...] = ()
    date: str | None = None
    precision: DayOrMinute | None = None

    @property
    def is_personal(self) -> bool:
        """Whether its values name a person or open something, and so may not be named in an error."""
        return self.key.startswith(("record.person", "record.receipt_secret"))


@dataclass(frozen=True, slots=True)
class Test:
    """A literal test on another column; capitals and outer spaces do not matter."""

    value: Rule
    kind: Literal["contains", "equals"]
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a status word means when all its tests hold."""

    phase: str
    outcome: str | None
    waiting_for: str
    tacit: bool = False
    action: str | None = None
    keep_final: bool = False
    only_known: bool = False
    since: Rule | None = None
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusRules:
    """Where the status is read, and the meanings of each word in order; the last one has no test."""

    code: Rule
    words: Mapping[str, tuple[Meaning, ...]]
    label: Rule | None = None
    since: Rule | None = None
