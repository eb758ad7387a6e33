"""Which files of a source are still open, for a source that has no list of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from bridge.usecases.ports import Store

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class StoredOpenCases:
    """The `OpenCases` port over the store, a page at a time."""

    store: Store

    def numbers(self, source: str, after: str, final_since: datetime) -> Iterator[str]:
        """Give the source's own numbers of its cases that are not final, or only since a moment."""
        while page := self._page(source, after, final_since):
            yield from page
            after = page[-1]

    def final(self, source: str, numbers: Collection[str]) -> set[str]:
        """Give which of these numbers are of cases that are final."""
        with self.store.read() as tx:
            return tx.cases.final_ids(source, numbers)

    def _page(self, source: str, after: str, final_since: datetime) -> tuple[str, ...]:
        with self.store.read() as tx:
            return tx.cases.open_ids(source, after, final_since, _PAGE)
