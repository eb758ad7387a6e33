"""Rings through RQ. A lost or repeated bell costs a delay or an empty look, never a fact."""

from __future__ import annotations

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from jobs import functions
from jobs.lanes import Lane

log = structlog.get_logger("bridge.jobs")

_JOBS = {
    Lane.PUSH: functions.push,
    Lane.SYNC: functions.sync,
    Lane.MESSAGES: functions.messages,
    Lane.INBOX: functions.inbox,
}
_ENOUGH_WAITING = 2
JOB_TIMEOUT_S = 3600


class RqBell:
    """A Redis that is gone must not slow a citizen down: one try, one second."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(
            redis_url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
        )

    def ring(self, lane: str) -> bool:
        """Ring for a lane; False when Redis could not be told."""
        queue = Queue(lane, connection=self._redis, serializer=JSONSerializer)
        try:
            # Any waiting bell will see what is due now; more of them would only be empty looks.
            if queue.count < _ENOUGH_WAITING:
                queue.enqueue_call(
                    _JOBS[Lane(lane)], timeout=JOB_TIMEOUT_S, result_ttl=0, failure_ttl=3600, ttl=300
                )
        except RedisError as error:
            log.warning("bell not rung", lane=lane, error_type=type(error).__qualname__)
            return False
        return True


class SilentBell:
    """Without Redis nobody can be told; the sweeper does the work at its next turn."""

    def ring(self, lane: str) -> bool:  # noqa: ARG002 - the port's signature
        """Give False."""
        return False
