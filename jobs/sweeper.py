"""Every 30 seconds: is anything due? Ring for it; if nobody can be told, do it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bridge.errors import BridgeError
from bridge.usecases.absorb_inbox import AbsorbInbox
from bridge.usecases.follow_cases import FollowCases
from bridge.usecases.follow_contacts import FollowContacts
from bridge.usecases.ports import Bell, Clock, Store
from bridge.usecases.push_cases import PushCases
from bridge.usecases.send_codes import SendCodes
from bridge.usecases.synchronise import Synchronise
from jobs.lanes import Lane
from jobs.nightly import Nightly

log = structlog.get_logger("bridge.sweeper")

INTERVAL_S = 30.0


@dataclass(frozen=True, slots=True)
class Sweeper:
    """One at a time in the whole installation: the database's lock decides."""

    store: Store
    bell: Bell
    clock: Clock
    push: PushCases
    synchronise: Synchronise
    send_codes: SendCodes
    follow: FollowContacts | None = None
    release: Callable[[], object] | None = None
    inbox: AbsorbInbox | None = None
    cases: FollowCases | None = None
    nightly: Nightly | None = None
    drop_raw: Callable[[], int] | None = None

    def sweep(self) -> bool:
        """Look once; False when another sweeper holds the lock."""
        with self.store.sole("sweeper") as alone:
            if not alone:
                return False
            if self.synchronise.due() and not self.bell.ring(Lane.SYNC):
                self.read_due_sources()
            self.absorb_inbox()
            now = self.clock.now()
            with self.store.begin() as tx:
                tx.sign_ins.prune(now)
                tx.agent_sessions.prune(now)
                tx.reviews.expire(now)
                tx.portal_grants.prune(now)
                tx.proofs.prune(now)
                tx.receipts.prune(now)
                tx.notifications.prune(now)
                due = tx.pushes.due_count(now) or tx.bulk.is_due(now)
            if due and not self.bell.ring(Lane.PUSH):
                # A job of the org is looked after at the next turn: the sources do not wait for it.
                self.push(patience_s=0)
            if self.send_codes.due() and not self.bell.ring(Lane.MESSAGES):
                self.send_codes()
            self.follow_contacts()
            self.follow_cases()
            if self.release is not None:
                self.release()
            if self.nightly is not None:
                self.nightly.start_if_due()
            if self.drop_raw is not None:
                self.drop_raw()
            return True

    def absorb_inbox(self) -> None:
        """Have what sources pushed absorbed, and the bodies that were kept long enough dropped."""
        if self.inbox is None:
            return
        self.inbox.forget_bodies()
        if self.inbox.due() and not self.bell.ring(Lane.INBOX):
            self.inbox()

    def follow_cases(self) -> None:
        """Look at what others changed in the org's Cases when it is time, or when the org said so."""
        if self.cases is None or not self.cases.is_due():
            return
        done = self.cases()
        if done.rewritten or done.left or done.held or done.released:
            log.info(
                "cases followed",
                rewritten=done.rewritten,
                left=done.left,
                held=done.held,
                released=done.released,
            )

    def follow_contacts(self) -> None:
        """Look at what became of the org's Contacts when it is time, or when the org said so."""
        if self.follow is None or not self.follow.is_due():
            return
        done = self.follow()
        if done.moved or done.gone or done.back or done.doubtful:
            log.info(
                "contacts followed", moved=done.moved, gone=done.gone, back=done.back, doubtful=done.doubtful
            )

    def read_due_sources(self) -> None:
        """Read each source whose time has come; one that fails does not hold the others up."""
        for source in self.synchronise.due():
            try:
                summary = self.synchronise(source)
            except BridgeError as error:
                log.warning("source not read", source=source, code=error.code)
            else:
                log.info("source read", source=source, read=summary.read, changed=summary.changed)

    def run(self, wait: Callable[[float], bool]) -> None:
        """Sweep until `wait(seconds)` says to stop. An error of one turn does not end the watch."""
        while True:
            try:
                self.sweep()
            except BridgeError as error:
                log.warning("sweep failed", code=error.code)
            except Exception as error:  # noqa: BLE001 - the watch outlives a fault nobody foresaw
                log.error("sweep failed", error_type=type(error).__qualname__)  # noqa: TRY400 - no names in logs
            if wait(INTERVAL_S):
                return
