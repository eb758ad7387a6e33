"""The token all calls share: renewed by one caller at a time, and never in a loop."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.login import Token
from bridge.errors import PermanentError, RemoteError, TransientError

log = structlog.get_logger("bridge.salesforce")

MOST_LOGINS_AN_HOUR = 60
"""What is still ordinary; the org blocks a user for an hour at 3,600."""
_AFTER_REFUSAL = timedelta(seconds=60)
_AFTER_OUTAGE = timedelta(seconds=5)


class TokenSource:
    """Gives the shared token. After a failed login the failure stands for a while, for every caller.

    An org blocks a user after 3,600 logins in an hour; a refusal that stands 60 s makes 60 at most.
    """

    def __init__(self, log_in: Callable[[], Token], now: Callable[[], datetime]) -> None:
        self._log_in = log_in
        self._now = now
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._failure: RemoteError | None = None
        self._failed_until: datetime | None = None
        self._logins = 0
        self._recent: deque[datetime] = deque(maxlen=MOST_LOGINS_AN_HOUR)

    @property
    def logins(self) -> int:
        """How many logins this process has tried."""
        return self._logins

    def current(self) -> Token:
        """Give the token, logging in when there is none. Raises: TransientError, PermanentError."""
        with self._lock:
            return self._token or self._renewed()

    def renew(self, stale: Token) -> Token:
        """Give another token than this one; who comes second gets what the first one fetched.

        Raises: TransientError, PermanentError.
        """
        with self._lock:
            if self._token is stale:
                self._token = None
            return self._token or self._renewed()

    def give_up(self, token: Token) -> PermanentError:
        """Note that even a fresh token is refused, and give the error every caller gets for a while."""
        with self._lock:
            if self._token is token:
                self._token = None
            refusal = PermanentError(
                "The org refuses the sessions it has just opened",
                system=SYSTEM,
                code="salesforce.invalid_session_id",
            )
            self._fail(refusal, _AFTER_REFUSAL)
            return refusal

    def _renewed(self) -> Token:
        if self._failure and self._failed_until and self._now() < self._failed_until:
            raise _again(self._failure)
        self._logins += 1
        self._watch()
        try:
            self._token = self._log_in()
        except TransientError as fault:
            self._fail(fault, _AFTER_OUTAGE)
            raise
        except PermanentError as fault:
            self._fail(fault, _AFTER_REFUSAL)
            raise
        self._failure = None
        return self._token

    def _watch(self) -> None:
        """Cry out when an hour saw more logins than are ordinary, then count anew."""
        now = self._now()
        self._recent.append(now)
        if len(self._recent) == MOST_LOGINS_AN_HOUR and now - self._recent[0] <= timedelta(hours=1):
            log.error("many logins", system=SYSTEM, logins=MOST_LOGINS_AN_HOUR)
            self._recent.clear()

    def _fail(self, failure: RemoteError, pause: timedelta) -> None:
        self._failure, self._failed_until = failure, self._now() + pause


def _again(failure: RemoteError) -> RemoteError:
    # One exception raised in many threads would gather all their tracebacks.
    kind = TransientError if isinstance(failure, TransientError) else PermanentError
    return kind(failure.explanation, system=SYSTEM, code=failure.code)
