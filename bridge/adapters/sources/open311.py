"""Street requests of an Open311 server, followed by the dates it shows: our clock only bounds them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.adapters.sources.cursors import MOST_RECORDS, content_key, digest, read_cursor, write_cursor
from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.http_options import HTTP_OPTIONS
from bridge.adapters.sources.open311_desk import SPAN, Desk, Entry, Window
from bridge.adapters.sources.open311_tokens import Waiting
from bridge.adapters.sources.options import Options
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.usecases.ports import Clock

OPTIONS = ("url", "updates", "overlap_minutes", "page_size", "since", *HTTP_OPTIONS)

_STEP = timedelta(days=7)
_MOST_MARKS = 2_000


@dataclass(frozen=True, slots=True)
class _Shown:
    """An entry, where it stood in which answer, and when something last happened to it."""

    position: str
    entry: Entry
    moment: datetime


@dataclass(slots=True)
class _Progress:
    """Until when the server was read, and what it showed: marks of content, last date of each request."""

    until: datetime
    known: set[str]
    marks: dict[str, datetime] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)

    def is_new(self, shown: _Shown) -> bool:
        """Note an entry; give whether it says something that was not read before."""
        self.moments[_number(shown.entry)] = shown.moment
        mark = digest(shown.entry)[:16]
        self.marks[mark] = shown.moment
        if mark in self.known:
            return False
        self.known.add(mark)
        return True

    def forget(self, before: datetime) -> None:
        """Drop what is too old for any later window to show again."""
        self.known -= {mark for mark, moment in self.marks.items() if moment < before}
        self.marks = {mark: moment for mark, moment in self.marks.items() if moment >= before}
        self.moments = {number: moment for number, moment in self.moments.items() if moment >= before}

    def cursor(self, repeated_from: datetime) -> str:
        """Give the date, and the marks of what the next run will be shown again."""
        marks = sorted(mark for mark, moment in self.marks.items() if moment >= repeated_from)
        until = self.until.astimezone(UTC).isoformat()
        noted: dict[str, object] = {"until": until, "marks": marks if len(marks) <= _MOST_MARKS else []}
        return write_cursor(noted | ({"tokens": tokens} if (tokens := self.waiting.text()) else {}))


@dataclass(frozen=True, slots=True)
class Open311:
    """Reads what was opened, then what moved, from the newest date shown, less an overlap.

    1. One question without dates tells the server's own present; nothing in its last 90 days tells none.
    2. Weeks that lie before it are read one by one, and the cursor follows.
    3. The last window stays open, as long as the standard allows. The newest date shown in it is where the
       next run starts; what the overlap shows again then is known by its mark and not delivered twice.
    Without the updates extension a closing shows only in the request itself: the overlap is then 90 days.
    """

    desk: Desk
    clock: Clock
    updates: bool
    overlap: timedelta
    since: date | None

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give the requests that are new or have moved. Raises: TransientError, PermanentError."""
        present = self.desk.shown_now(self.clock.now())
        progress = self._progress(cursor, present)
        if progress is None:
            return
        yield from self._numbered(progress, cursor)
        start = (progress.until - self.overlap).replace(microsecond=0)
        while present and start + _STEP < present:
            end = start + _STEP
            yield from self._window(Window(start, end), progress, cursor)
            if end > progress.until:
                progress.until = end
                cursor = progress.cursor(datetime.max.replace(tzinfo=UTC))
                yield _moved_on(cursor)
                progress.forget(end - self.overlap)
            start = end
        yield from self._window(Window(start, start + SPAN), progress, cursor)
        progress.until = max(progress.until, self._newest(progress))
        text = progress.cursor(progress.until - self.overlap)
        if text != cursor:
            yield _moved_on(text)

    def _progress(self, cursor: str | None, present: datetime | None) -> _Progress | None:
        match read_cursor(cursor):
            case {"until": str(until), "marks": list(marks), **others}:
                known = {str(mark) for mark in marks}
                waiting = Waiting.read(others.get("tokens"))
                return _Progress(datetime.fromisoformat(until), known, waiting=waiting)
        if self.since is not None:
            start = datetime.combine(self.since, time(), self.desk.zone).astimezone(UTC)
            return _Progress(start + self.overlap, set())
        return _Progress(present - SPAN + self.overlap, set()) if present else None

    def _numbered(self, progress: _Progress, cursor: str | None) -> Iterator[Delivery]:
        """Give the requests whose number has come since they were shown with a token."""
        numbers = progress.waiting.numbered(self.desk, self.clock.now())
        for rank, page in enumerate(self.desk.numbered(numbers), start=1):
            shown = [self._shown(f"suivi {rank} n° {n}", entry) for n, entry in enumerate(page, start=1)]
            records = tuple(SourceRecord(s.position, s.entry) for s in shown if progress.is_new(s))
            if records:
                yield Delivery(content_key(records), records, cursor)

    def _window(self, window: Window, progress: _Progress, cursor: str | None) -> Iterator[Delivery]:
        for answer in self._answers(window, progress):
            named = [s for s in answer if not progress.waiting.takes(s.entry, self.clock.now())]
            news = [SourceRecord(shown.position, shown.entry) for shown in named if progress.is_new(shown)]
            for start in range(0, len(news), MOST_RECORDS):
                records = tuple(news[start : start + MOST_RECORDS])
                yield Delivery(content_key(records), records, cursor)

    def _answers(self, window: Window, progress: _Progress) -> Iterator[Sequence[_Shown]]:
        for number, page in enumerate(self.desk.opened(window), start=1):
            yield [self._shown(f"page {number} n° {n}", entry) for n, entry in enumerate(page, start=1)]
        if not self.updates:
            return
        moved = self._moved(window, progress)
        for number, page in enumerate(self.desk.numbered(list(moved)), start=1):
            yield [
                self._shown(f"suivi {number} n° {n}", entry, moved.get(_number(entry)))
                for n, entry in enumerate(page, start=1)
            ]

    def _moved(self, window: Window, progress: _Progress) -> dict[str, datetime]:
        """Give the requests that moved after they were last read, with the date of it."""
        moved: dict[str, datetime] = {}
        for update in self.desk.moved(window):
            number, moment = _number(update), self.desk.moment(update, "updated_datetime") or window.start
            read = progress.moments.get(number)
            if number and (read is None or read < moment):
                moved[number] = max(moment, moved.get(number, moment))
        return moved

    def _shown(self, position: str, entry: Entry, moved: datetime | None = None) -> _Shown:
        dates = (self.desk.moment(entry, name) for name in ("requested_datetime", "updated_datetime"))
        oldest = datetime.min.replace(tzinfo=UTC)
        return _Shown(position, entry, max((known for known in (*dates, moved) if known), default=oldest))

    def _newest(self, progress: _Progress) -> datetime:
        """Give the newest date shown; one ahead of our clock would hide all that comes before it."""
        latest = self.clock.now()
        moments = (moment for moment in progress.moments.values() if moment <= latest)
        return max(moments, default=progress.until)


def _number(entry: Entry) -> str:
    return str(entry.get("service_request_id") or "")


def _moved_on(cursor: str) -> Delivery:
    return Delivery(digest(cursor), (), cursor)


def open311(options: Options, client: JsonClient, zone: ZoneInfo) -> Open311:
    """Give the reader of a GeoReport v2 server. Raises: ConfigurationError."""
    updates = options.switch("updates", default=True)
    overlap = timedelta(minutes=options.number("overlap_minutes", 60, at_most=7 * 24 * 60))
    return Open311(
        desk=Desk(client, options.number("page_size", 100, at_most=MOST_RECORDS), zone),
        clock=client.clock,
        updates=updates,
        overlap=overlap if updates else SPAN,
        since=options.day("since"),
    )
