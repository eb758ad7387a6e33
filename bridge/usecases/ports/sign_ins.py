"""Sign-ins under way, and the keys others encrypt with for us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bridge.usecases.ports.values import ServiceKeys, Session, SignInStart


class SignIns(Protocol):
    """Sign-ins and logouts under way, and the sessions they end in."""

    def start(self, state: str, browser: str, start: SignInStart, now: datetime) -> None:
        """Store a transaction bound to a browser, for ten minutes."""

    def take(self, state: str, browser: str, now: datetime, *, doors: Collection[str]) -> SignInStart | None:
        """Use a transaction of one of these doors up, once; None when unknown, used, too old or another's."""

    def open_session(self, session: Session, token: str, sealed_id_token: str, now: datetime) -> None:
        """Store a session under the hash of its token."""

    def session(self, token: str, now: datetime) -> Session | None:
        """Give a live session, and note its use: 30 minutes idle and 8 hours at most."""

    def recent_session(self, token: str, now: datetime) -> Session | None:
        """Give a live session whose use was noted within the last minute, so that nothing is written."""

    def link_sessions(self, subject_hash: str, link_id: str) -> int:
        """Give a person's waiting sessions the link they waited for; give how many."""

    def end_sessions_of(self, link_id: str) -> int:
        """End every session of a link; give how many."""

    def end_session(self, token: str, now: datetime) -> str | None:
        """End a session; give its sealed id token, once."""

    def prune(self, now: datetime) -> int:
        """Delete transactions and sessions that are over; give how many."""


class ServiceKeyRing(Protocol):
    """Keys of our own, for others to encrypt with; each generation opens what came to it for a day more."""

    def usable(self, purpose: str, now: datetime) -> tuple[ServiceKeys, ...]:
        """Give the generations that still open what was encrypted for them, newest first."""

    def add(self, purpose: str, keys: ServiceKeys) -> None:
        """Store a generation and retire the one before it."""
