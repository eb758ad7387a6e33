"""The only jobs a worker takes: a bell of ours, bare. Whoever can write to Redis can ring, and no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rq.exceptions import InvalidJobOperation
from rq.job import Job

from jobs import functions

_OURS: dict[str, Callable[[], None]] = {
    f"{work.__module__}.{work.__qualname__}": work
    for work in (functions.push, functions.sync, functions.messages, functions.inbox)
}
# Callbacks, webhooks, dependencies and repeats name what else to do; a bell has none of them.
_KEPT = frozenset(
    {
        b"data",
        b"created_at",
        b"enqueued_at",
        b"started_at",
        b"ended_at",
        b"last_heartbeat",
        b"origin",
        b"description",
        b"status",
        b"timeout",
        b"ttl",
        b"result_ttl",
        b"failure_ttl",
        b"worker_name",
    }
)


class BareBell(Job):
    """A job read from Redis, reduced to what a bell can be: RQ would call any function of any module."""

    def restore(self, raw_data: Mapping[bytes, bytes]) -> Any:
        """Take over the fields of a bell."""
        return super().restore({name: value for name, value in raw_data.items() if name in _KEPT})

    @property
    def func(self) -> Callable[[], None]:
        """Give the lane's work. Raises: InvalidJobOperation for anything else."""
        named = self.func_name
        if not isinstance(named, str) or named not in _OURS or self.instance or self.args or self.kwargs:
            raise InvalidJobOperation("not a bell of ours")
        return _OURS[named]
