"""The count of API calls all processes share, in Redis; in SQL while Redis is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bridge.domain.call_budget import LOOK_AGAIN, CallFigures, CallUsage
from bridge.domain.synchronisation import CallLane
from bridge.usecases.ports import CallCounter

log = structlog.get_logger("bridge.jobs")

_USAGE = "bridge:calls:usage"
_COUNTS_KEPT_S = 8 * 86_400
_AWAY_S = 30.0
_Given = TypeVar("_Given")
# An idle process may hand over an old figure; the newest one stays.
_KEEP_NEWEST = """
local seen = redis.call('HGET', KEYS[1], 'seen_at')
if not seen or tonumber(seen) <= tonumber(ARGV[3]) then
  redis.call('HSET', KEYS[1], 'used', ARGV[1], 'allowed', ARGV[2], 'seen_at', ARGV[3])
end
"""


class RedisCallCounter:
    """The `CallCounter` port: one try, one second; after a failure SQL is asked for half a minute."""

    def __init__(
        self, redis_url: str, otherwise: CallCounter, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._redis = Redis.from_url(
            redis_url,
            socket_timeout=1,
            socket_connect_timeout=1,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )
        self._otherwise = otherwise
        self._monotonic = monotonic
        self._away_until = 0.0

    def exchange(self, spent: Mapping[CallLane, int], usage: CallUsage | None, now: datetime) -> CallFigures:
        """Add what was spent, keep the newest figure, give what all know. Raises: TransientError."""
        return self._tried(
            lambda: self._exchanged(spent, usage, now),
            lambda: self._otherwise.exchange(spent, usage, now),
        )

    def take_look(self, now: datetime) -> bool:
        """Give the turn to ask the org to one process each quarter of an hour. Raises: TransientError."""
        return self._tried(lambda: self._looked(now), lambda: self._otherwise.take_look(now))

    def _tried(self, here: Callable[[], _Given], there: Callable[[], _Given]) -> _Given:
        if self._monotonic() >= self._away_until:
            try:
                return here()
            except RedisError as error:
                self._away_until = self._monotonic() + _AWAY_S
                log.warning("calls counted in the database", error_type=type(error).__qualname__)
        return there()

    def _exchanged(
        self, spent: Mapping[CallLane, int], usage: CallUsage | None, now: datetime
    ) -> CallFigures:
        counts = f"bridge:calls:{now.astimezone(UTC):%Y-%m-%d}"
        with self._redis.pipeline(transaction=False) as pipe:
            for lane, calls in spent.items():
                pipe.hincrby(counts, str(lane.value), calls)
            pipe.expire(counts, _COUNTS_KEPT_S)
            if usage is not None:
                pipe.eval(_KEEP_NEWEST, 1, _USAGE, usage.used, usage.allowed, repr(usage.seen_at.timestamp()))
            pipe.hgetall(_USAGE)
            pipe.hgetall(counts)
            *_, told, found = pipe.execute()
        return CallFigures(_usage(told), {CallLane(int(lane)): int(calls) for lane, calls in found.items()})

    def _looked(self, now: datetime) -> bool:
        stamp, most_s = now.isoformat(), int(LOOK_AGAIN.total_seconds())
        return bool(self._redis.set("bridge:calls:looked_at", stamp, nx=True, ex=most_s))


def _usage(told: Mapping[str, str]) -> CallUsage | None:
    if not told:
        return None
    seen_at = datetime.fromtimestamp(float(told["seen_at"]), UTC)
    return CallUsage(int(told["used"]), int(told["allowed"]), seen_at)
