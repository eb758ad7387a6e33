"""Each look an agent takes at a person's data leaves a row; a great many looks ask for a reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bridge.domain.agent import MOST_PEOPLE_AN_HOUR, READING_EXPLAINED, WORTH_A_LOOK, Agent
from bridge.domain.review_choices import require_reason
from bridge.errors import ForbiddenError
from bridge.usecases.ports import AuditEntry, Clock, Store, Transaction

log = structlog.get_logger("bridge.agents")

_HOUR = timedelta(hours=1)


def note_reading(
    tx: Transaction, agent: Agent, action: str, subjects: Collection[str], now: datetime
) -> None:
    """Leave a row for each before anything is shown.

    Raises: ForbiddenError `agent.many_people` when this agent looked at 500 people within the hour and did
    not say why.
    """
    people = tx.audit.people_read(agent.id, now - _HOUR)
    if people >= MOST_PEOPLE_AN_HOUR:
        log.error("agent stopped reading", agent=agent.id, people=people)
        raise ForbiddenError("this many people within an hour need a reason", code="agent.many_people")
    for subject in subjects:
        tx.audit.add(AuditEntry(agent.id, action, subject), now)
    if people and people % WORTH_A_LOOK == 0:
        log.warning("agent reads many people", agent=agent.id, people=people)


@dataclass(frozen=True, slots=True)
class ExplainReading:
    """Lets an agent go on reading, with a reason that stays in the journal."""

    store: Store
    clock: Clock

    def __call__(self, agent: Agent, reason: str) -> None:
        """Note the reason; the hour's count starts again. Raises: RequestError without one."""
        require_reason(reason)
        with self.store.begin() as tx:
            entry = AuditEntry(agent.id, READING_EXPLAINED, agent.id, reason=reason.strip())
            tx.audit.add(entry, self.clock.now())
        log.warning("agent explained reading", agent=agent.id)
