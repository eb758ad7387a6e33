"""Which files of a source are still open, for a source that has no list of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bridge.usecases.ports import Store

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class StoredOpenCases:
    """The `OpenCases` port over the store, a page at a time."""

    store: Store

    def numbers(self, source: str, after: str) -> Iterator[str]:
        """Give the source's own numbers of its cases that are not final, those after one, in our order."""
        while page := self._page(source, after):
            yield from page
            after = page[-1]

    def final(self, source: str, numbers: Collection[str]) -> set[str]:
        """Give which of these numbers are of cases that are final."""
        with self.store.read() as tx:
            return tx.cases.final_ids(source, numbers)

    def _page(self, source: str, after: str) -> tuple[str, ...]:
        with self.store.read() as tx:
            return tx.cases.open_ids(source, after, _PAGE)
