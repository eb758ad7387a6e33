"""Lists walked by counting: by offset, or by page number. What moves meanwhile is looked for again."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass

from bridge.adapters.sources.cursors import digest
from bridge.adapters.sources.rest.listing import Answer, Listing
from bridge.adapters.sources.rest.paging import MOST_PAGES, START, Page, Place, circle

_PAGES_REMEMBERED = 5
_WALKS = 3


@dataclass(frozen=True, slots=True)
class ByOffset:
    """Counts records; each page begins `overlap` records before the end of the last one.

    A page that holds nothing of the pages before it shows that more than that has moved: the walk starts
    again, twice at most.
    """

    param: str
    size_param: str
    size: int
    overlap: int

    keeps_place = False

    def pages(self, listing: Listing, place: Place) -> Iterator[Page]:
        """Give the pages until one brings nothing new."""
        offset, walks = _count(place.get("offset")), 1
        seen: deque[set[str]] = deque(maxlen=_PAGES_REMEMBERED)
        for rank in range(1, MOST_PAGES):
            answer = listing.ask({self.param: offset, self.size_param: self.size})
            marks = [digest(record) for record in answer.records]
            known = set().union(*seen)
            fresh = [r for r, mark in zip(answer.records, marks, strict=True) if mark not in known]
            if not fresh:
                return
            if seen and self.overlap and len(fresh) == len(answer.records) and walks < _WALKS:
                offset, walks = 0, walks + 1
                seen.clear()
                continue
            seen.append(set(marks))
            offset = max(offset + len(answer.records) - self.overlap, offset + 1)
            yield Page(fresh, rank, {"offset": offset})


@dataclass(frozen=True, slots=True)
class ByNumber:
    """Counts pages from `first`; the service says how many there are, or an empty page ends the list.

    When that number or the size of a full page changes under way, the list is walked again, twice at most.
    """

    param: str
    first: int
    total: str | None
    size: Mapping[str, object]

    keeps_place = False

    def pages(self, listing: Listing, place: Place) -> Iterator[Page]:
        """Give every page."""
        start = self.first + _count(place.get("page"))
        for _ in range(_WALKS):
            steady = yield from self._walk(listing, start)
            if steady:
                return
            start = self.first

    def _walk(self, listing: Listing, start: int) -> Generator[Page, None, bool]:
        sizes: list[int] = []
        totals: set[int] = set()
        last: list[str] = []
        for number in range(start, start + MOST_PAGES):
            answer = listing.ask({self.param: number, **self.size})
            marks = [digest(record) for record in answer.records]
            if self.total is None and answer.records and marks == last:
                raise circle(listing.source)
            last = marks
            sizes.append(len(answer.records))
            if answer.records:
                yield Page(answer.records, number - self.first + 1, self._then(number))
            totals |= self._pages(listing, answer)
            if not answer.records or (totals and number - self.first + 1 >= max(totals)):
                break
        full = set(sizes[:-1])
        return len(totals) <= 1 and len(full) <= 1

    def _then(self, number: int) -> Place:
        return {"page": number - self.first + 1} if number >= self.first else START

    def _pages(self, listing: Listing, answer: Answer) -> set[int]:
        return set() if self.total is None else {listing.number(answer.content, self.total)}


def _count(noted: object) -> int:
    return noted if isinstance(noted, int) and not isinstance(noted, bool) and noted > 0 else 0
