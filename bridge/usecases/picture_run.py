"""One run over a source: counts what its deliveries bring, and judges each full picture as a whole."""

from __future__ import annotations

from dataclasses import replace

from bridge.crash_points import crash_point
from bridge.domain.synchronisation import CallLane, Delivery, SyncSummary
from bridge.errors import PermanentError
from bridge.usecases.absorb_delivery import AbsorbDelivery, Absorbed
from bridge.usecases.compare_picture import PictureComparison
from bridge.usecases.ports import AuditEntry, Clock, Comparison, Store
from mappings.model import SourceMapping

MANY_CHANGES = 2_000
"""From here on a run is no longer the day's news: what follows gives way to it on the way to the org."""


class PictureRun:
    """The counts so far, and what the full picture under way has named.

    Inside a picture the cursor stays where it was: a run that stops there goes through the picture again, so
    that what is doubled or missing in it is always seen. It moves when the picture is judged.
    """

    def __init__(
        self,
        mapping: SourceMapping,
        store: Store,
        absorb: AbsorbDelivery,
        clock: Clock,
        cursor: str | None,
        *,
        accepted: int | None = None,
    ) -> None:
        self.summary = SyncSummary(mapping.source)
        self.doubt: PermanentError | None = None
        self._mapping = mapping
        self._store = store
        self._absorb = absorb
        self._clock = clock
        self._cursor = cursor
        self._accepted = accepted
        self._spoke = False
        self._compared: PictureComparison | None = None
        self._is_first = cursor is None and not self._is_known()
        self._start(None)

    @property
    def heard(self) -> bool:
        """Whether the source had news, or is one whose silence means that nothing changed."""
        return self._spoke or self._mapping.absence == "unchanged"

    def begin(self, picture: str) -> Comparison:
        """Give what compares a picture that begins with what is known of its source."""
        self._start(picture)
        prints = self._absorb.prints(self._mapping)
        self._compared = PictureComparison(self._mapping, prints, self._store)
        return self._compared

    def take(self, delivery: Delivery) -> None:
        """Absorb a delivery, and judge the full picture it ends."""
        self._spoke = True
        if delivery.picture is None:
            self._count(self._absorb(self._mapping, delivery, lane=self._lane))
            self._cursor = delivery.cursor
            return
        if delivery.picture != self._picture:
            self._start(delivery.picture)
        done = self._absorb(self._mapping, replace(delivery, cursor=self._cursor), self._ids, self._lane)
        if self._compared is None:
            self._ids |= done.ids
        self._nameless |= done.nameless
        self._read += done.read + delivery.unchanged
        self._count(done, delivery.unchanged)
        crash_point("picture.midway")
        if delivery.last_of_picture and delivery.total_records in {None, self._read}:
            self._judge(delivery.cursor)
            crash_point("picture.judged")

    def close(self) -> None:
        """Give back what a comparison holds."""
        if self._compared is not None:
            self._compared.close()

    @property
    def _lane(self) -> CallLane:
        """Give the lane of what changes now: a first load, or a flood, waits behind what citizens expect."""
        is_flood = self._is_first or self.summary.changed >= MANY_CHANGES
        return CallLane.BACKFILL if is_flood else CallLane.SCHEDULED

    def _is_known(self) -> bool:
        with self._store.read() as tx:
            return tx.cases.reported_count(self._mapping.source) > 0

    def _start(self, picture: str | None) -> None:
        self.close()
        self._compared = None
        self._picture = picture
        self._ids: set[str] = set()
        self._nameless: set[str] = set()
        self._read = 0

    def _count(self, done: Absorbed, left_out: int = 0) -> None:
        self.summary = replace(
            self.summary,
            read=self.summary.read + done.read + left_out,
            changed=self.summary.changed + done.changed,
            unchanged=self.summary.unchanged + done.unchanged + left_out,
            parked=self.summary.parked + done.parked,
        )

    def _judge(self, cursor: str | None) -> None:
        """Flag what the picture names no more and move on; when too much is missing, doubt it and stay.

        A picture in doubt is gone through at each run, and said each time, until the source gives a whole
        one or a person accepts its volume.
        """
        source = self._mapping.source
        named = self._ids if self._compared is None else self._compared
        with self._store.begin() as tx:
            self.doubt, gone = None, 0
            if self._mapping.absence != "unchanged":
                expected = tx.cases.reported_count(source)
                self.summary = replace(self.summary, reported=len(named), expected=expected)
                if len(named) < expected * self._mapping.minimum_share:
                    if self._accepted is None or len(named) < self._accepted:
                        self.doubt = _doubt(source, len(named), expected)
                        return
                    tx.audit.add(_accepted(source, len(named), expected), self._clock.now())
                if self._compared is None or self._compared.misses_any:
                    gone = tx.cases.mark_unreported(source, named, self._clock.now(), self._lane)
            tx.intake.forget_absent(source, named, self._nameless)
            tx.intake.advance(source, cursor)
        self._cursor = cursor
        self.summary = replace(self.summary, no_longer_reported=self.summary.no_longer_reported + gone)


def _doubt(source: str, named: int, expected: int) -> PermanentError:
    text = f"{source}: {named} records where {expected} were expected"
    return PermanentError(text, system=source, code="source.volume")


def _accepted(source: str, named: int, expected: int) -> AuditEntry:
    return AuditEntry("operator", "source.volume_accepted", source, f"{named} of {expected}")
