"""How a list is walked, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from bridge.adapters.sources.rest.listing import Listing
from bridge.errors import PermanentError

Place = Mapping[str, object]
START: Place = {}
MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page, its rank in this walk, and where to go on behind it.

    `after_each` is the place behind each record, where the list knows it.
    """

    records: Sequence[object]
    rank: int
    then: Place
    after_each: Sequence[Place] = field(default=())


class Paging(Protocol):
    """Walks a list from a place it was left at."""

    @property
    def keeps_place(self) -> bool:
        """Whether the place behind the last page is where the next run begins."""

    def pages(self, listing: Listing, place: Place) -> Iterator[Page]:
        """Give the pages from a place on. Raises: TransientError, PermanentError."""


@dataclass(frozen=True, slots=True)
class OnePage:
    """The whole list in one answer."""

    keeps_place = False

    def pages(self, listing: Listing, _place: Place) -> Iterator[Page]:
        """Give it."""
        yield Page(listing.ask({}).records, 1, START)


@dataclass(frozen=True, slots=True)
class ByCursor:
    """Each answer begins behind a value: the greatest number its records bear, or one the answer tells.

    The value is kept for the next run and never replaced by none.
    """

    param: str
    record_value: str | None
    answer_value: str | None
    start: object
    size: Mapping[str, object]

    keeps_place = True

    def pages(self, listing: Listing, place: Place) -> Iterator[Page]:
        """Give the pages until one is empty, or leads no further."""
        value, passed = place.get("after", self.start), set[object]()
        for rank in range(1, MOST_PAGES):
            answer = listing.ask({self.param: value, **self.size} if value is not None else self.size)
            found, each = self._next(listing, answer.content, answer.records, value)
            if answer.records:
                yield Page(answer.records, rank, {} if found is None else {"after": found}, each)
            if not answer.records or found == value:
                return
            if found in passed:
                raise circle(listing.source)
            passed.add(found)
            value = found

    def _next(
        self, listing: Listing, content: object, records: Sequence[object], value: object
    ) -> tuple[object, Sequence[Place]]:
        if self.record_value is None:
            told = listing.word(content, str(self.answer_value))
            return (value if told is None else told), ()
        numbers = [listing.number(record, self.record_value) for record in records]
        each: list[Place] = []
        greatest = value
        for number in numbers:
            greatest = number if not isinstance(greatest, int) else max(greatest, number)
            each.append({"after": greatest})
        return greatest, each


@dataclass(frozen=True, slots=True)
class ByLink:
    """Each answer leads to the next one by a link, in its body or in its `Link` header; one origin only."""

    link: str | None

    keeps_place = False

    def pages(self, listing: Listing, _place: Place) -> Iterator[Page]:
        """Give the pages until none follows; a link already followed ends the walk with an error."""
        answer, followed = listing.ask({}), set[str]()
        for rank in range(1, MOST_PAGES):
            yield Page(answer.records, rank, START)
            link = answer.header_link if self.link is None else listing.word(answer.content, self.link)
            if not link:
                return
            address = _joined(answer.address, str(link))
            if address in followed:
                raise circle(listing.source)
            followed.add(address)
            answer = listing.follow(address)


@dataclass(frozen=True, slots=True)
class AsQueue:
    """What is acknowledged leaves the list, so the same question is asked until it brings nothing new."""

    number: str
    size: Mapping[str, object]

    keeps_place = False

    def pages(self, listing: Listing, _place: Place) -> Iterator[Page]:
        """Give what is in the queue and was not given in this run."""
        given: set[str] = set()
        for rank in range(1, MOST_PAGES):
            records = listing.ask(self.size).records
            fresh = [r for r in records if str(listing.word(r, self.number)) not in given]
            if not fresh:
                return
            given.update(str(listing.word(record, self.number)) for record in fresh)
            yield Page(fresh, rank, START)


def _joined(address: str, link: str) -> str:
    try:
        return urljoin(address, link).partition("#")[0]
    except ValueError:
        return link


def circle(source: str) -> PermanentError:
    """Give the error for pages that never end."""
    return PermanentError(f"{source}: the pages lead in a circle", system=source, code="source.paging")
