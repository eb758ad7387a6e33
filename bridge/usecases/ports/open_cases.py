"""Which files we hold open, for sources that have no list of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Protocol


class OpenCases(Protocol):
    """What we hold of a source that has no list, so that its files are asked for one at a time."""

    def numbers(self, source: str, after: str, final_since: datetime) -> Iterator[str]:
        """Give the source's own numbers of its cases that are not final, or only since a moment.

        In our order, and those after one number.
        """

    def final(self, source: str, numbers: Collection[str]) -> set[str]:
        """Give which of these numbers are of cases that are final."""


class OpenFiles(Protocol):
    """The same, page by page, as the store knows it."""

    def open_ids(self, source: str, after: str, final_since: datetime, limit: int) -> tuple[str, ...]:
        """Give a page of the source's numbers whose cases are not final, or last changed since, in order."""

    def final_ids(self, source: str, ids: Collection[str]) -> set[str]:
        """Give which of these numbers are of cases that are final."""
