"""Reads a source as its file says: the list, one record of each item, and the numbers we hold open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bridge.adapters.sources.cursors import MOST_RECORDS, content_key, digest
from bridge.adapters.sources.rest.calls import Service
from bridge.adapters.sources.rest.listing import Listing
from bridge.adapters.sources.rest.numbers import numbers_to_ask
from bridge.adapters.sources.rest.ordered import OrderedPage
from bridge.adapters.sources.rest.paging import Page
from bridge.adapters.sources.rest.paths import at
from bridge.adapters.sources.rest.plan import ListPlan, NumbersPlan, Plan
from bridge.adapters.sources.rest.progress import NOTHING_NOTED, Progress
from bridge.adapters.sources.rest.single import Found, Item, SingleRecord
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import RemoteError
from bridge.usecases.ports import Clock, OpenCases


@dataclass(frozen=True, slots=True)
class DeclaredReader:
    """The reader of any service that answers calls.

    A record that cannot be read is left for the next run and told at the end of this one; the others are
    read. In a list whose place is kept it stops the list instead, so that nothing is passed over.
    """

    service: Service
    plan: Plan
    open_cases: OpenCases
    clock: Clock

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give one delivery a page, then the open cases. Raises: TransientError, PermanentError."""
        progress = Progress.read(cursor)
        listing, numbers = self.plan.listing, self.plan.numbers
        last = cursor
        for delivery in self._listed(listing, progress) if listing else ():
            last = delivery.cursor
            yield delivery
        for delivery in self._numbered(numbers, progress) if numbers else ():
            last = delivery.cursor
            yield delivery
        if progress.fault:
            raise progress.fault
        text = progress.ended(keeps_place=listing is not None and listing.paging.keeps_place)
        if text != (last or NOTHING_NOTED):
            yield Delivery(digest(text), (), text)

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the service what was absorbed. Raises: TransientError, PermanentError."""
        for item in delivery.to_acknowledge:
            for told in self.plan.acknowledge:
                if told.when is None or at(item, told.when) not in (None, ""):
                    self.service.tell(told.call, item)

    def _listed(self, plan: ListPlan, progress: Progress) -> Iterator[Delivery]:
        since = self.plan.since
        values = {"since": since.written(progress.since)} if since else {}
        listing = Listing(self.service, plan.call, plan.records, values)
        for page in plan.paging.pages(listing, progress.place):
            if plan.paging.keeps_place:
                yield from self._in_order(page, progress)
            else:
                yield from self._page(page, progress)
            progress.require_going_on()

    def _page(self, page: Page, progress: Progress) -> Iterator[Delivery]:
        found = list(self._found(page.records, f"page {page.rank} n° ", progress))
        before = progress.cursor()
        progress.place = page.then
        pieces = [found[start : start + MOST_RECORDS] for start in range(0, len(found), MOST_RECORDS)]
        for piece in pieces:
            yield self._delivery(piece, progress.cursor() if piece is pieces[-1] else before)

    def _in_order(self, page: Page, progress: Progress) -> Iterator[Delivery]:
        if self.plan.each and self.plan.each.number:
            progress.asked.update(str(at(item, self.plan.each.number)) for item in page.records)
        yield from OrderedPage(page, self._single(), progress).deliveries(self._delivery)

    def _numbered(self, plan: NumbersPlan, progress: Progress) -> Iterator[Delivery]:
        assert self.plan.each is not None
        source, each = self.service.source, self.plan.each
        wanted = numbers_to_ask(source, plan, each, self.open_cases, progress=progress, now=self.clock.now())
        rank = 0
        while group := list(islice(wanted, plan.batch)):
            rank += 1
            items = [wish.item for wish in group]
            found = list(self._found(items, f"suivi {rank} n° ", progress))
            progress.number = group[-1].open_number or progress.number
            if found:
                yield self._delivery(found, progress.cursor())
            progress.require_going_on()

    def _found(self, items: Iterable[object], where: str, progress: Progress) -> Iterator[Found]:
        single, number = self._single(), self.plan.each.number if self.plan.each else None
        for place, item in enumerate(items, start=1):
            if number:
                progress.asked.add(str(at(item, number)))
            try:
                found = single.read(item, f"{where}{place}")
            except RemoteError as error:
                progress.missed(error)
                if progress.halted:
                    return
                continue
            progress.read_one()
            if self.plan.since:
                progress.saw(self.plan.since.moment(item), self.clock.now())
            yield found

    def _single(self) -> SingleRecord:
        return SingleRecord(self.service, self.plan)

    def _delivery(self, found: Sequence[Found], cursor: str) -> Delivery:
        records: tuple[SourceRecord, ...] = tuple(one.record for one in found)
        told: tuple[Item, ...] = tuple(one.item for one in found) if self.plan.acknowledge else ()
        return Delivery(content_key(records), records, cursor, to_acknowledge=told)
