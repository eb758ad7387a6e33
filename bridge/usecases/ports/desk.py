"""What the agents' console asks of the store, and of the org's Contacts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bridge.domain.contact import IdentityLink
from bridge.usecases.ports.desk_values import ContactSheet, LinkStory, StoppedCause, StoppedItem, StoppedKind


class Stopped(Protocol):
    """What stopped, by cause: records no rule could read, cases Salesforce refused, what it said in vain."""

    def causes(self) -> tuple[StoppedCause, ...]:
        """Give each cause with its count, the most frequent first."""

    def items(
        self, kind: StoppedKind, source: str, cause_code: str, *, skip: int, limit: int
    ) -> tuple[StoppedItem, ...]:
        """Give a page of what one cause stopped, oldest first."""

    def ids(self, kind: StoppedKind, source: str, cause_code: str, limit: int) -> tuple[str, ...]:
        """Give the oldest ids of what one cause stopped."""

    def item(self, kind: StoppedKind, item_id: str) -> StoppedItem | None:
        """Give one of them."""

    def named(self, item_id: str) -> tuple[StoppedItem, ...]:
        """Give those under this id, or of the case with this id at its source, of whatever kind."""


class LinkHistory(Protocol):
    """Links as they were and are, and the way out of one."""

    def story(self, link_id: str) -> LinkStory | None:
        """Give a link, undone or not."""

    def of_contact(self, contact_id: str) -> tuple[LinkStory, ...]:
        """Give every link this Contact ever had, the latest first."""

    def of_subject(self, subject_hash: str) -> tuple[LinkStory, ...]:
        """Give every link this subject ever had, the latest first."""

    def unlinked_from(self, subject_hashes: Collection[str]) -> frozenset[str]:
        """Give the Contacts an agent took this subject off: no rule alone may link them again."""

    def undo(self, link_id: str, by: str, because: str, now: datetime) -> None:
        """End a link. Raises: ConflictError when it was ended meanwhile."""

    def to_release(self, limit: int) -> tuple[IdentityLink, ...]:
        """Give undone links whose Contact may still bear the identity in the org."""

    def released(self, link_id: str, now: datetime) -> None:
        """Note that the Contact bears it no more."""


class ContactDesk(Protocol):
    """The org's Contacts, for an agent."""

    def sheets(self, contact_ids: Collection[str]) -> dict[str, ContactSheet]:
        """Give these Contacts, in one call; those that are gone are left out."""

    def release(self, contact_id: str, subject_hash: str) -> None:
        """Take the certified identity off a Contact that bears this hash; safe to repeat."""
