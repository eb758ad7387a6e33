"""The timelines of the org's Cases: one record an entry, written up to 200 at a time by their key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bridge.adapters.salesforce.collections import MOST_RECORDS, Body, upsert_records
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.describe import describe
from bridge.adapters.salesforce.errors import Reaction, Refusal
from bridge.errors import PermanentError
from bridge.usecases.ports import CaseAnswer, Clock, TimelineEntry
from mappings.errors import PayloadError
from mappings.salesforce import SalesforceMapping, payload

LOOK_AGAIN = timedelta(hours=1)
_ABSENT = "salesforce.not_found"


class SalesforceCaseEvents:
    """The TimelineDirectory of an org."""

    def __init__(self, connection: SalesforceConnection, mapping: SalesforceMapping, clock: Clock) -> None:
        self._connection = connection
        self._mapping = mapping
        self._clock = clock
        self._is_kept = False
        self._look_at: datetime | None = None

    def is_kept(self) -> bool:
        """Whether the org has the object; asked once, and again each hour while it has not.

        Raises: TransientError, BudgetError, PermanentError.
        """
        now = self._clock.now()
        if not self._is_kept and (self._look_at is None or self._look_at <= now):
            self._is_kept = self._found()
            self._look_at = now + LOOK_AGAIN
        return self._is_kept

    def upsert(self, entries: Sequence[TimelineEntry]) -> tuple[CaseAnswer, ...]:
        """Write at most 200 entries by their key; one answer each, in the same order; safe to repeat.

        Raises: ValueError above 200, TransientError, BudgetError, PermanentError when the whole call failed.
        """
        if len(entries) > MOST_RECORDS:
            raise ValueError(f"at most {MOST_RECORDS} entries in one call")
        bodies: dict[str, Body] = {}
        answers: dict[str, CaseAnswer] = {}
        for entry in entries:
            try:
                bodies[entry.key] = payload(self._mapping, event_values(entry))
            except PayloadError as error:
                answers[entry.key] = CaseAnswer(None, "MAPPING_REFUSED", (error.target,))
        found = upsert_records(self._connection, self._mapping, bodies)
        answers |= {key: answer_of(result) for key, result in found.items()}
        return tuple(answers[entry.key] for entry in entries)

    def _found(self) -> bool:
        try:
            describe(self._connection, self._mapping.object_name)
        except PermanentError as error:
            if error.code != _ABSENT:
                raise
            return False
        return True


def event_values(entry: TimelineEntry) -> dict[str, object]:
    """Give the values of an entry under the names `mappings/salesforce/case_event.yaml` uses."""
    event, status = entry.event, entry.event.status
    return {
        "event_key": entry.key,
        "case_salesforce_id": entry.salesforce_id,
        "status.phase": status.phase.value,
        "status.outcome": status.outcome.value if status.outcome else None,
        "status.waiting_for": status.waiting_for.value,
        "status.tacit": status.tacit,
        "status.legacy_label": status.legacy_label,
        "occurred_at": event.occurred.at,
        "occurred_precision": event.occurred.precision.value,
        "received_at": event.received_at,
        "public_note": event.public_note,
        "moved_back": event.moved_back,
    }


def answer_of(result: str | Refusal) -> CaseAnswer:
    """Give what the org said of one entry."""
    if isinstance(result, str):
        return CaseAnswer(result)
    waits = result.reaction in {Reaction.RETRY, Reaction.BUDGET}
    return CaseAnswer(None, result.code, result.fields, transient=waits)
