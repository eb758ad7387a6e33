"""The org's daily allowance of API calls: what is left of it, for whom, and what we spent."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

import structlog

from bridge.adapters.salesforce.config import SYSTEM
from bridge.domain.call_budget import CallFigures, CallUsage
from bridge.domain.synchronisation import CallLane
from bridge.errors import BridgeError, BudgetError
from bridge.usecases.ports import CallCounter

log = structlog.get_logger("bridge.salesforce")

_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")
_EXCHANGE_EVERY = timedelta(seconds=1)
_EXCHANGE_CITIZENS_EVERY = timedelta(seconds=5)
_lane: ContextVar[CallLane | None] = ContextVar("lane", default=None)


class ApiBudget:
    """Counts this process's calls, shares the count with the others, and closes the lanes that can wait.

    What was counted goes to the `counter` once a second at most, and for citizens behind their back: none
    of them ever waits for it. `look` asks the org for a new figure, with one cheap call.
    """

    def __init__(self, now: Callable[[], datetime], counter: CallCounter | None = None) -> None:
        self._now = now
        self._counter = counter
        self._lock = threading.Lock()
        self._calls = 0
        self._pending: Counter[CallLane] = Counter()
        self._known = CallFigures()
        self._exchanged_at: datetime | None = None
        self._was_open = frozenset(CallLane)
        self.look: Callable[[], None] | None = None

    @property
    def calls_made(self) -> int:
        """How many calls this process has sent."""
        return self._calls

    @property
    def usage(self) -> CallUsage | None:
        """What the org last said to any process, None before the first answer."""
        return self._known.usage

    @contextmanager
    def on(self, lane: CallLane) -> Iterator[None]:
        """Count what is called meanwhile, in this thread, under a lane."""
        token = _lane.set(lane)
        try:
            yield
        finally:
            _lane.reset(token)

    def count_call(self, usual: CallLane) -> None:
        """Count one call sent, under the lane of this thread, or the usual one of the connection."""
        with self._lock:
            self._calls += 1
            self._pending[_lane_now(usual)] += 1

    def record(self, limit_info: str | None, usual: CallLane = CallLane.SCHEDULED) -> None:
        """Read a `Sforce-Limit-Info` header; other segments may stand beside the one we need."""
        if found := _USAGE.search(limit_info or ""):
            self.tell(int(found[1]), int(found[2]))
        if self._counter and usual is CallLane.CITIZEN and self._is_time(_EXCHANGE_CITIZENS_EVERY):
            threading.Thread(target=self._exchange, daemon=True).start()

    def tell(self, used: int, allowed: int) -> None:
        """Note what the org says is used."""
        with self._lock:
            self._known = CallFigures(CallUsage(used, allowed, self._now()), self._known.spent)

    def exhausted(self) -> BudgetError:
        """Note that the org refuses every call, and give the error that says when to try again."""
        known = self._known.usage
        allowed = known.allowed if known else 1
        self.tell(allowed, allowed)
        return self._spent()

    def open_lanes(self) -> frozenset[CallLane]:
        """Give the lanes that may call; asks the org itself when what is known has gone stale."""
        self._exchange_in_time()
        usage = self._known.usage
        if usage and self._now() >= usage.look_at and self._known.open_lanes != frozenset(CallLane):
            self._look()
        found = self._known.open_lanes
        self._say(found)
        return found

    def figures(self) -> CallFigures:
        """Give what all processes know, without a call to the org."""
        self._exchange()
        return self._known

    def require(self, usual: CallLane) -> None:
        """Let work pass only while its lane is open. Raises: BudgetError."""
        if _lane_now(usual) not in self.open_lanes():
            raise self._spent()

    def _look(self) -> None:
        """Have one process ask the org for the new figure; without a counter it is this one."""
        try:
            my_turn = self._counter is None or self._counter.take_look(self._now())
        except BridgeError:
            my_turn = True
        if my_turn and self.look is not None:
            self.look()
            self._exchange()

    def _exchange_in_time(self) -> None:
        if self._is_time(_EXCHANGE_EVERY):
            self._exchange()

    def _is_time(self, every: timedelta) -> bool:
        return self._exchanged_at is None or self._now() - self._exchanged_at >= every

    def _exchange(self) -> None:
        """Hand over what was counted and take what the others know; a lost counter is no reason to stop."""
        if self._counter is None:
            return
        with self._lock:
            spent, self._pending, mine = self._pending, Counter(), self._known.usage
            self._exchanged_at = self._now()
        try:
            known = self._counter.exchange(spent, mine, self._now())
        except BridgeError as error:
            log.warning("calls not counted together", code=error.code)
            with self._lock:
                self._pending += spent
            return
        with self._lock:
            usage = _newest(self._known.usage, known.usage)
            self._known = CallFigures(usage, known.spent)

    def _say(self, found: frozenset[CallLane]) -> None:
        """Log each lane that pauses or resumes, once a process."""
        before, self._was_open = self._was_open, found
        usage = self._known.usage
        share = round(usage.share, 3) if usage else None
        for lane in sorted(before - found):
            log.warning("lane paused", lane=lane.name.lower(), used_share=share, code=BudgetError.code)
        for lane in sorted(found - before):
            log.info("lane resumed", lane=lane.name.lower(), used_share=share)

    def _spent(self) -> BudgetError:
        usage = self._known.usage
        resume_at = max(usage.look_at, self._now()) if usage else self._now()
        return BudgetError(
            "The org's daily API allowance is spent, but for what is kept for more urgent work",
            system=SYSTEM,
            resume_at=resume_at,
        )


def _lane_now(usual: CallLane) -> CallLane:
    lane = _lane.get()
    return usual if lane is None else lane


def _newest(mine: CallUsage | None, theirs: CallUsage | None) -> CallUsage | None:
    if mine is None or theirs is None:
        return mine or theirs
    return theirs if theirs.seen_at > mine.seen_at else mine
