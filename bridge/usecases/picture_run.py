"""One run over a source: counts what its deliveries bring, and judges each full picture as a whole."""

from __future__ import annotations

from dataclasses import replace

from bridge.domain.synchronisation import CallLane, Delivery, SyncSummary
from bridge.errors import PermanentError
from bridge.usecases.absorb_delivery import AbsorbDelivery, Absorbed
from bridge.usecases.ports import Clock, Store
from mappings.model import SourceMapping

MANY_CHANGES = 2_000
"""From here on a run is no longer the day's news: what follows gives way to it on the way to the org."""


class PictureRun:
    """The counts so far, and what the full picture under way has named.

    Inside a picture the cursor stays where it was: a run that stops there reads the picture again from its
    beginning, so that what is doubled or missing in it is always seen. It moves when the picture is judged.
    """

    def __init__(
        self,
        mapping: SourceMapping,
        store: Store,
        absorb: AbsorbDelivery,
        clock: Clock,
        cursor: str | None,
    ) -> None:
        self.summary = SyncSummary(mapping.source)
        self.doubt: PermanentError | None = None
        self._mapping = mapping
        self._store = store
        self._absorb = absorb
        self._clock = clock
        self._cursor = cursor
        self._spoke = False
        self._is_first = cursor is None and not self._is_known()
        self._begin(None)

    @property
    def heard(self) -> bool:
        """Whether the source had news, or is one whose silence means that nothing changed."""
        return self._spoke or self._mapping.absence == "unchanged"

    def take(self, delivery: Delivery) -> None:
        """Absorb a delivery, and judge the full picture it ends."""
        self._spoke = True
        if delivery.picture is None:
            self._count(self._absorb(self._mapping, delivery, lane=self._lane))
            self._cursor = delivery.cursor
            return
        if delivery.picture != self._picture:
            self._begin(delivery.picture)
        done = self._absorb(self._mapping, replace(delivery, cursor=self._cursor), self._reported, self._lane)
        self._reported |= done.ids
        self._nameless |= done.nameless
        self._read += done.read
        self._count(done)
        if delivery.last_of_picture and delivery.total_records in {None, self._read}:
            self._judge(delivery.cursor)

    @property
    def _lane(self) -> CallLane:
        """Give the lane of what changes now: a first load, or a flood, waits behind what citizens expect."""
        is_flood = self._is_first or self.summary.changed >= MANY_CHANGES
        return CallLane.BACKFILL if is_flood else CallLane.SCHEDULED

    def _is_known(self) -> bool:
        with self._store.read() as tx:
            return tx.cases.reported_count(self._mapping.source) > 0

    def _begin(self, picture: str | None) -> None:
        self._picture = picture
        self._reported: set[str] = set()
        self._nameless: set[str] = set()
        self._read = 0

    def _count(self, done: Absorbed) -> None:
        self.summary = replace(
            self.summary,
            read=self.summary.read + done.read,
            changed=self.summary.changed + done.changed,
            unchanged=self.summary.unchanged + done.unchanged,
            parked=self.summary.parked + done.parked,
        )

    def _judge(self, cursor: str | None) -> None:
        """Flag what the picture names no more and move on; when too much is missing, doubt it and stay.

        A picture in doubt is read again at each run, and said each time, until the source gives a whole
        one or `minimum_share` is lowered.
        """
        source = self._mapping.source
        with self._store.begin() as tx:
            self.doubt = None
            gone = 0
            if self._mapping.absence != "unchanged":
                expected = tx.cases.reported_count(source)
                if len(self._reported) < expected * self._mapping.minimum_share:
                    self.doubt = PermanentError(
                        f"{source}: {len(self._reported)} records where {expected} were expected",
                        system=source,
                        code="source.volume",
                    )
                    return
                gone = tx.cases.mark_unreported(source, self._reported, self._clock.now(), self._lane)
            tx.intake.forget_absent(source, self._reported, self._nameless)
            tx.intake.advance(source, cursor)
        self._cursor = cursor
        self.summary = replace(self.summary, no_longer_reported=self.summary.no_longer_reported + gone)
