"""What a source pushes to us, from the moment we answer for it to the moment it is absorbed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

MOST_ATTEMPTS = 8
MOST_DEATHS = 3
RETRY_CLOCK = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600))
"""How long to wait after each attempt; the last step repeats."""
RETRIED_FOR = timedelta(hours=24)
"""How long a fault that is not the delivery's own is waited out."""
KEPT_FOR = timedelta(days=30)
"""How long the body of an absorbed delivery is kept; its key stays."""

CONFLICT = "delivery.conflict"
EXHAUSTED = "delivery.exhausted"
WORKERS_DIED = "delivery.workers_died"


class InboxState(StrEnum):
    """Where a delivery stands; superseded when all it said was older than what we know."""

    WAITING = "waiting"
    ABSORBED = "absorbed"
    SUPERSEDED = "superseded"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery as it came. `key` is the sender's id of it; `body` is JSON; `cases` are those it names."""

    source: str
    key: str
    body_hash: str
    body: str = field(repr=False)
    cases: frozenset[str]
    parked_for: str | None = None


@dataclass(frozen=True, slots=True)
class KnownDelivery:
    """A delivery that came before under the same key."""

    id: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class PushedDelivery:
    """A delivery claimed under a lease; a late result is refused when `fence` has moved on.

    `deaths` counts the leases that ended without an answer. `parked_at` is set once somebody tries it again.
    """

    id: str
    number: int
    source: str
    cases: frozenset[str]
    received_at: datetime
    attempts: int
    deaths: int
    fence: int
    parked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParkedDelivery:
    """A delivery that waits for a person."""

    id: str
    source: str
    cause_code: str
    parked_at: datetime
