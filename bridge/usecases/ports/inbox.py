"""The store's side of what sources push to us."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bridge.domain.inbox import InboxState, KnownDelivery, NewDelivery, ParkedDelivery, PushedDelivery


class Inbox(Protocol):
    """Deliveries we answered for; each ends absorbed, superseded or parked."""

    def add(self, new: NewDelivery, now: datetime) -> str | None:
        """Store a delivery; give its id, or None when one of the same key is there."""

    def known(self, source: str, key: str) -> KnownDelivery | None:
        """Give what came before under this key."""

    def received_since(self, source: str, since: datetime) -> int:
        """Give how many deliveries of a source came since then."""

    def claim(self, limit: int, lease: timedelta, now: datetime) -> tuple[PushedDelivery, ...]:
        """Lease due deliveries, each source its share; the attempt counts from here, so a crash counts.

        None goes before an older one that names the same case and is not settled. One that a worker may have
        died of is given alone.
        """

    def hold(self, delivery: PushedDelivery) -> str | None:
        """Lock a claimed delivery and give its body; None when another worker has it, or it is settled.

        Raises: ConfigurationError when no key opens the body.
        """

    def is_held(self, delivery: PushedDelivery) -> bool:
        """Lock a claimed delivery; False when another worker has it, or it is settled."""

    def settle(
        self, delivery: PushedDelivery, state: InboxState, now: datetime, cause_code: str | None = None
    ) -> None:
        """End a held delivery; it stands in no other one's way from then on."""

    def retry(self, delivery: PushedDelivery, at: datetime, cause_code: str) -> None:
        """Have a held delivery tried again at a moment."""

    def release(self, delivery: PushedDelivery, at: datetime) -> None:
        """Give a held delivery back, due at a moment, as if it had not been tried."""

    def due_count(self, now: datetime) -> int:
        """Give how many wait whose time has come."""

    def waiting_count(self) -> int:
        """Give how many wait, now or later."""

    def parked(self) -> tuple[ParkedDelivery, ...]:
        """Give what waits for a person, oldest first."""

    def replay(self, ids: Collection[str] | None, now: datetime) -> int:
        """Make parked deliveries due again, all of them with None; give how many."""

    def forget_bodies(self, before: datetime) -> int:
        """Drop the bodies of what was settled before then; their keys stay. Give how many."""

    def newest(self, source: str, case_ids: Collection[str]) -> dict[str, int]:
        """Give how far each of these cases was told, by its source's own order."""

    def note_newest(self, source: str, orders: Mapping[str, int]) -> None:
        """Note how far cases were told."""
