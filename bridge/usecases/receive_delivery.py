"""Takes what a source pushes into the inbox: once committed, it is ours and is not lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bridge.crash_points import crash_point
from bridge.domain.inbox import CONFLICT, NewDelivery
from bridge.errors import TooManyRequestsError
from bridge.usecases.ports import Bell, Clock, Pseudonyms, Store, Transaction
from mappings.errors import RecordError
from mappings.model import SourceMapping
from mappings.records import record_id

_BODY_PURPOSE = "inbox"
_QUOTA_SPAN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ReceiveDelivery:
    """Answers a repetition as the first time; `quota` is how many deliveries a source may push a minute."""

    store: Store
    mappings: Mapping[str, SourceMapping]
    pseudonyms: Pseudonyms
    clock: Clock
    bell: Bell
    quota: int

    def __call__(self, source: str, key: str, body: bytes, records: Sequence[Mapping[str, object]]) -> str:
        """Give our id of the delivery, once it is committed.

        Another body under a key that came before is parked, and the first one counts.
        Raises: TooManyRequestsError `webhook.quota`; TransientError when the database is away.
        """
        digest = hashlib.sha256(body).hexdigest()
        new = NewDelivery(
            source=source,
            key=key,
            body_hash=self.pseudonyms.secret(_BODY_PURPOSE, source, key, digest),
            body=json.dumps({"records": records}, ensure_ascii=True),
            cases=_named(self.mappings[source], records),
        )
        crash_point("inbox.before_insert")
        with self.store.begin() as tx:
            delivery_id = self._kept(tx, new, digest)
            crash_point("inbox.before_commit")
        crash_point("inbox.before_answer")
        return delivery_id

    def ring(self) -> None:
        """Tell a worker, once the sender has its answer."""
        crash_point("inbox.before_bell")
        self.bell.ring("inbox")

    def _kept(self, tx: Transaction, new: NewDelivery, digest: str) -> str:
        now = self.clock.now()
        before = tx.inbox.known(new.source, new.key)
        if before is None:
            if tx.inbox.received_since(new.source, now - _QUOTA_SPAN) >= self.quota:
                raise TooManyRequestsError(
                    f"more than {self.quota} deliveries a minute",
                    code="webhook.quota",
                    retry_after_s=_QUOTA_SPAN.seconds,
                )
            added = tx.inbox.add(new, now)
            if added:
                return added
            before = tx.inbox.known(new.source, new.key)
            assert before is not None
        if self.pseudonyms.is_secret(before.body_hash, _BODY_PURPOSE, new.source, new.key, digest):
            return before.id
        return self._beside(tx, new, digest)

    def _beside(self, tx: Transaction, new: NewDelivery, digest: str) -> str:
        """Park another body under the same key, once; no sender's key has a tilde."""
        key = f"{new.key}~{digest[:16]}"
        other = NewDelivery(new.source, key, new.body_hash, new.body, new.cases, parked_for=CONFLICT)
        added = tx.inbox.add(other, self.clock.now())
        known = None if added else tx.inbox.known(new.source, key)
        return added or (known.id if known else "")


def _named(mapping: SourceMapping, records: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """Give the cases these records name; one without an id is parked when it is read."""
    found = set()
    for number, values in enumerate(records):
        try:
            found.add(record_id(mapping, values, f"record {number}"))
        except RecordError:
            continue
    return frozenset(found)
