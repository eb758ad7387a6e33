"""Brings the timelines of cases to Salesforce, right after the cases themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.case import CaseEvent
from bridge.domain.synchronisation import PushResult, PushState
from bridge.errors import BudgetError, PermanentError, RemoteError, TransientError
from bridge.usecases.ports import CaseAnswer, Store, TimelineDirectory, TimelineEntry

BATCH = 200
TOLD = CaseAnswer(None)


@dataclass(frozen=True, slots=True)
class TellTimelines:
    """What the org was not told of the cases it just took; it asks the org nothing when that is nothing."""

    store: Store
    timeline: TimelineDirectory

    def __call__(self, results: Sequence[PushResult]) -> Mapping[str, CaseAnswer]:
        """Give under each case id whether its timeline is told, or the first refusal that matters.

        Nothing stands there for a case the org did not take, nor while the org keeps no timelines. A call
        that fails as a whole is the answer of each case it carried and of those behind it.
        """
        applied = [result for result in results if result.state is PushState.APPLIED and result.salesforce_id]
        answers = {result.push.case_id: TOLD for result in applied}
        entries = list(self._entries(applied)) if applied else []
        try:
            if entries and not self.timeline.is_kept():
                return {}
        except (TransientError, BudgetError, PermanentError) as error:
            return answers | {entry.event.case_id: _failed(error) for entry in entries}
        for entry, answer in zip(entries, self._sent(entries), strict=True):
            answers[entry.event.case_id] = worse(answers[entry.event.case_id], answer)
        return answers

    def _entries(self, applied: Sequence[PushResult]) -> Iterator[TimelineEntry]:
        """Give what is to tell; entries younger than what was sent wait for their own push."""
        with self.store.read() as tx:
            untold = tx.cases.untold([result.push.case_id for result in applied])
        for result in applied:
            if result.salesforce_id:
                for event in up_to(result.push.version, untold.get(result.push.case_id, ())):
                    yield TimelineEntry(event, result.push.key, result.salesforce_id)

    def _sent(self, entries: Sequence[TimelineEntry]) -> Iterator[CaseAnswer]:
        """Give one answer each; when the org is away, what was not sent yet has that answer too."""
        for start in range(0, len(entries), BATCH):
            piece = entries[start : start + BATCH]
            try:
                found = self._tried(piece)
                yield from self._searched(piece, found) if isinstance(found, PermanentError) else found
            except (TransientError, BudgetError) as error:
                yield from [_failed(error)] * (len(entries) - start)
                return

    def _tried(self, piece: Sequence[TimelineEntry]) -> Sequence[CaseAnswer] | PermanentError:
        try:
            return self.timeline.upsert(piece)
        except PermanentError as error:
            return error

    def _searched(self, piece: Sequence[TimelineEntry], error: PermanentError) -> list[CaseAnswer]:
        """Look for the entry to blame in the half that fails; when both halves fail, it is the org."""
        if len(piece) == 1:
            return [_failed(error)]
        half = len(piece) // 2
        halves = piece[:half], piece[half:]
        tries = [self._tried(part) for part in halves]
        if all(isinstance(found, PermanentError) for found in tries):
            return [_failed(error)] * len(piece)
        answers: list[CaseAnswer] = []
        for part, found in zip(halves, tries, strict=True):
            answers += self._searched(part, found) if isinstance(found, PermanentError) else found
        return answers


def up_to(version: int, events: Sequence[CaseEvent]) -> list[CaseEvent]:
    """Give the entries that belong to a version of the case, or to one before it."""
    return [event for event in events if event.version <= version]


def _failed(error: RemoteError) -> CaseAnswer:
    return CaseAnswer(None, error.code, transient=not isinstance(error, PermanentError))


def worse(known: CaseAnswer, answer: CaseAnswer) -> CaseAnswer:
    """Give the answer that decides: one that needs a person, before one that needs time, before none."""
    if answer.error_code is None or (known.error_code and not known.transient):
        return known
    return answer if known.error_code is None or not answer.transient else known
