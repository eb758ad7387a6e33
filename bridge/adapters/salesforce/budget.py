"""The org's daily allowance of API calls: what is left of it, and what we spent."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.adapters.salesforce.config import SYSTEM
from bridge.errors import BudgetError

PAUSE = timedelta(minutes=15)
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls used of those allowed in 24 rolling hours, as the org last said."""

    used: int
    allowed: int
    seen_at: datetime


class ApiBudget:
    """Counts our calls and keeps a share of the org's allowance for people who are signing in.

    The window rolls, so what is known goes stale: after a pause one call goes out and tells the new figure.
    """

    def __init__(self, reserve_share: float = 0.1) -> None:
        self._reserve_share = reserve_share
        self._lock = threading.Lock()
        self._calls = 0
        self._usage: Usage | None = None
        self._exhausted_until: datetime | None = None

    @property
    def calls_made(self) -> int:
        """How many calls this process has sent."""
        return self._calls

    @property
    def usage(self) -> Usage | None:
        """What the org last said, None before the first answer."""
        return self._usage

    def count_call(self) -> None:
        """Count one call sent."""
        with self._lock:
            self._calls += 1

    def record(self, limit_info: str | None, now: datetime) -> None:
        """Read a `Sforce-Limit-Info` header; other segments may stand beside the one we need."""
        if found := _USAGE.search(limit_info or ""):
            self._usage = Usage(int(found[1]), int(found[2]), now)

    def exhausted(self, now: datetime) -> BudgetError:
        """Note that the org refuses every call, and give the error that says when to try again."""
        self._exhausted_until = now + PAUSE
        return _spent(self._exhausted_until)

    def spare_reserve(self, now: datetime) -> None:
        """Let work that can wait pass only while more than the reserve is left.

        Raises: BudgetError.
        """
        if self._exhausted_until and now < self._exhausted_until:
            raise _spent(self._exhausted_until)
        usage = self._usage
        if usage is None or now >= usage.seen_at + PAUSE:
            return
        if usage.allowed - usage.used < usage.allowed * self._reserve_share:
            raise _spent(usage.seen_at + PAUSE)


def _spent(resume_at: datetime) -> BudgetError:
    return BudgetError("The org's daily API allowance is spent", system=SYSTEM, resume_at=resume_at)
