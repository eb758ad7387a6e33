"""The raw records kept for a time, so that a corrected mapping can be applied to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RawRecord:
    """The latest record that produced a case, as its source wrote it, and its print under no edition.

    With `hides_secret` the secret of its receipt was among its values, and is not kept.
    """

    source_case_id: str
    position: str
    values: Mapping[str, object]
    bare_print: bytes
    hides_secret: bool = False


class RawRecords(Protocol):
    """One record a case, sealed; the next one takes its place."""

    def keep(self, source: str, records: Sequence[RawRecord], now: datetime) -> None:
        """Keep these records, each in the place of the one its case had."""

    def page(self, source: str, after: str, limit: int) -> tuple[RawRecord, ...]:
        """Give the records of the cases after this id, in the order of the ids."""

    def count(self, source: str) -> int:
        """Give how many records of the source are kept."""

    def sources(self) -> frozenset[str]:
        """Give the sources of which a record is kept, those without a mapping any more included."""

    def drop(self, source: str, before: datetime, limit: int) -> int:
        """Drop at most so many records of the source kept until a moment, the oldest first; give how many."""
