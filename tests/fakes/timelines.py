"""A TimelineDirectory in memory."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.usecases.ports import CaseAnswer, TimelineEntry

MOST_ENTRIES = 200


class FakeTimelines:
    """Entries in memory, by key.

    `answers` refuses single entries, `failure` every call, `poison` each call that holds that entry. `tries`
    keeps the size of every call.
    """

    def __init__(self, *, kept: bool = True) -> None:
        self.kept = kept
        self.entries: dict[str, TimelineEntry] = {}
        self.answers: dict[str, CaseAnswer] = {}
        self.failure: Exception | None = None
        self.poison: dict[str, Exception] = {}
        self.tries: list[int] = []

    def is_kept(self) -> bool:
        """Whether there is a place for timelines."""
        return self.kept

    def upsert(self, entries: Sequence[TimelineEntry]) -> tuple[CaseAnswer, ...]:
        """Write entries by key."""
        if len(entries) > MOST_ENTRIES:
            raise ValueError(f"at most {MOST_ENTRIES} entries in one call")
        self.tries.append(len(entries))
        for failure in (self.failure, *(self.poison.get(_key(entry)) for entry in entries)):
            if failure is not None:
                raise failure
        return tuple(self._write(entry) for entry in entries)

    def _write(self, entry: TimelineEntry) -> CaseAnswer:
        if _key(entry) in self.answers:
            return self.answers[_key(entry)]
        self.entries[_key(entry)] = entry
        return CaseAnswer(f"a00{len(self.entries):012}AAA")


def _key(entry: TimelineEntry) -> str:
    return f"{entry.case_key.external_id}:{entry.event.version}"
