"""Takes the identity of undone links off their Contacts in the org; what fails is tried again."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bridge.domain.contact import IdentityLink
from bridge.errors import BridgeError, PermanentError
from bridge.usecases.ports import AuditEntry, Clock, ContactDesk, Store

log = structlog.get_logger("bridge.agents")

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class ReleaseContacts:
    """Run after an undo, and by the sweeper until the org has followed."""

    store: Store
    desk: ContactDesk
    clock: Clock

    def __call__(self) -> int:
        """Give how many Contacts were released; an org that is away costs a delay, never an error."""
        with self.store.read() as tx:
            waiting = tx.link_history.to_release(AT_ONCE)
        return sum(self._released(link) for link in waiting)

    def _released(self, link: IdentityLink) -> bool:
        with self.store.read() as tx:
            again = tx.links.by_contact([link.contact_id]).get(link.contact_id)
        try:
            # Linked again to the same identity: the mark is the new link's.
            if again is None or again.subject_hash != link.subject_hash:
                self.desk.release(link.contact_id, link.subject_hash)
        except PermanentError as error:
            # Repeating it would not help. The undone link itself keeps any rule from linking the two again.
            log.warning("contact not released", link=link.id, code=error.code)
            self._noted(link, "contact.not_released", error.code)
            return False
        except BridgeError as error:
            log.info("contact not released yet", link=link.id, code=error.code)
            return False
        self._noted(link, "contact.released", link.contact_id)
        return True

    def _noted(self, link: IdentityLink, action: str, detail: str) -> None:
        now = self.clock.now()
        with self.store.begin() as tx:
            tx.link_history.released(link.id, now)
            tx.audit.add(AuditEntry("rule", action, link.id, detail), now)
