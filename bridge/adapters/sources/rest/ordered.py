"""A page of a list whose place is kept: nothing in it is passed over because it could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.adapters.sources.cursors import digest
from bridge.adapters.sources.rest.paging import Page
from bridge.adapters.sources.rest.progress import PATIENCE_RUNS, Progress
from bridge.adapters.sources.rest.single import Found, SingleRecord
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import RemoteError

Deliver = Callable[[Sequence[Found], str], Delivery]


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A record not read in eight runs, with what was read before it."""

    rank: int
    error: RemoteError


@dataclass(frozen=True, slots=True)
class OrderedPage:
    """Reads the records of a page in their order.

    One that cannot be read stops the page behind what came before it. At the eighth run in a row it is
    passed, as the item the list holds, to be parked: but only when one behind it can be read, for else the
    service itself is ill.
    """

    page: Page
    single: SingleRecord
    progress: Progress

    def deliveries(self, deliver: Deliver) -> Iterator[Delivery]:
        """Give one delivery. Raises: TransientError, PermanentError, after what came before the fault."""
        found: list[Found] = []
        doubt: _Doubt | None = None
        for rank, item in enumerate(self.page.records):
            position = f"page {self.page.rank} n° {rank + 1}"
            try:
                found.append(self.single.read(item, position))
            except RemoteError as error:
                passed = doubt is None and self.progress.stops_at(digest(item)[:16]) >= PATIENCE_RUNS
                if not passed:
                    doubt = doubt or _Doubt(rank, error)
                    break
                doubt = _Doubt(rank, error)
                values = item if isinstance(item, Mapping) else {}
                found.append(Found(values, SourceRecord(position, values)))
            else:
                doubt = None
        if doubt is None:
            self.progress.place, self.progress.stuck = self.page.then, None
            yield deliver(found, self.progress.cursor())
            return
        self._leave_before(doubt.rank)
        yield deliver(found[: doubt.rank], self.progress.cursor())
        raise doubt.error

    def _leave_before(self, rank: int) -> None:
        if rank and self.page.after_each:
            self.progress.place = self.page.after_each[rank - 1]
