"""A GeoReport v2 server: what was opened, what moved, and requests by their numbers.

Source: https://wiki.open311.org/GeoReport_v2/ ; the extensions `page`, `page_size` and
`servicerequestupdates` are those of its issues and of mySociety's open311-adapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bridge.adapters.sources.http_json import JsonClient
from bridge.errors import PermanentError

Entry = Mapping[str, object]

SPAN = timedelta(days=90)
"""The longest window the standard answers."""

FULL_ANSWER = 1_000
"""The standard's "first 1000 requests": an answer of that size may have been cut."""

_IDS_AT_ONCE = 50
_MOST_PAGES = 10_000
_PAGES_WITHOUT_NEWS = 3
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends included, in whole seconds."""

    start: datetime
    end: datetime

    @property
    def question(self) -> dict[str, str | int]:
        """The two dates in the W3C form, in UTC."""
        end = self.end + (_SECOND if self.end.microsecond else timedelta())
        return {"start_date": _w3c(self.start), "end_date": _w3c(end)}

    def halves(self) -> tuple[Window, Window] | None:
        """Give the two halves, which share one second; None when there is nothing to cut."""
        middle = (self.start + (self.end - self.start) / 2).replace(microsecond=0)
        if self.end - self.start <= _SECOND:
            return None
        return Window(self.start, middle), Window(middle, self.end)


@dataclass(frozen=True, slots=True)
class Desk:
    """Asks one server; `zone` is where a date without zone is meant."""

    client: JsonClient
    page_size: int
    zone: ZoneInfo

    def shown_now(self, latest: datetime) -> datetime | None:
        """Give a date near the server's own present, of its last 90 days; none after `latest`."""
        entries = self._entries("requests.json", {"page": 1, "page_size": self.page_size})
        moments = [self.moment(entry, "requested_datetime") for entry in entries]
        return max((moment for moment in moments if moment and moment <= latest), default=None)

    def opened(self, window: Window) -> Iterator[Sequence[Entry]]:
        """Give the requests opened in a window, page by page until one is empty.

        A server may answer pages of another size, and an item may move from one to the next. One that
        ignores `page` is asked about shorter windows. Raises: TransientError, PermanentError.
        """
        seen: set[object] = set()
        previous: list[object] = []
        without_news = 0
        for number in range(1, _MOST_PAGES):
            paging = {"page": number, "page_size": self.page_size}
            entries = self._entries("requests.json", window.question | paging)
            ids = [entry.get("service_request_id") or entry.get("token") for entry in entries]
            if not entries:
                return
            if ids == previous and number == 2:
                if len(entries) >= self.page_size:
                    for half in self._halves(window):
                        yield from self.opened(half)
                return
            without_news = 0 if set(ids) - seen else without_news + 1
            if without_news == _PAGES_WITHOUT_NEWS:
                break
            seen.update(ids)
            previous = ids
            yield entries
        raise self._permanent("source.paging", "the pages never end")

    def moved(self, window: Window) -> Iterator[Entry]:
        """Give the updates made in a window. Raises: TransientError, PermanentError."""
        try:
            updates = self._entries("servicerequestupdates.json", window.question)
        except PermanentError as error:
            if error.code != "remote.404":
                raise
            problem = "it has no servicerequestupdates; set transport.updates to false"
            raise self._permanent("source.updates_missing", problem) from None
        if len(updates) < FULL_ANSWER:
            yield from updates
            return
        for half in self._halves(window):
            yield from self.moved(half)

    def numbered(self, ids: Sequence[str]) -> Iterator[Sequence[Entry]]:
        """Give the present state of these requests, fifty at a time."""
        for start in range(0, len(ids), _IDS_AT_ONCE):
            listed = ",".join(ids[start : start + _IDS_AT_ONCE])
            yield self._entries("requests.json", {"service_request_id": listed})

    def number_of(self, token: str) -> str | None:
        """Give the number a token has become, None while it has none."""
        try:
            entries = self._entries(f"tokens/{quote(token, safe='')}.json", {})
        except PermanentError as error:
            if error.code != "remote.404":
                raise
            return None
        found = next((entry.get("service_request_id") for entry in entries), None)
        return str(found) if found else None

    def moment(self, entry: Entry, name: str) -> datetime | None:
        """Give a date of an entry in UTC, where ninety days always last as long; None when it has none."""
        try:
            moment = datetime.fromisoformat(str(entry.get(name)))
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return None

    def _halves(self, window: Window) -> tuple[Window, Window]:
        halves = window.halves()
        if halves is None:
            raise self._permanent("source.answer_full", "one second holds more than one answer can")
        return halves

    def _entries(self, path: str, question: Mapping[str, str | int]) -> list[Entry]:
        answer = self.client.get(path, question)
        if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
            raise self._permanent("source.shape", f"{path} is not a list of objects")
        return answer

    def _permanent(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.client.source}: {problem}", system=self.client.source, code=code)


def _w3c(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
