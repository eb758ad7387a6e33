"""Keeps the calls to one source under the number it takes in a minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_MINUTE_S = 60.0


@dataclass(slots=True)
class Pacer:
    """Lets at most `per_minute` calls begin in any sixty seconds; all of them with None.

    One process reads a source at a time, so counting here is enough.
    """

    per_minute: int | None
    sleep: Callable[[float], None]
    monotonic: Callable[[], float] = time.monotonic
    _begun: deque[float] = field(default_factory=deque)

    def wait(self) -> None:
        """Return when one more call may begin."""
        if self.per_minute is None:
            return
        if len(self._begun) >= self.per_minute:
            left_s = self._begun.popleft() + _MINUTE_S - self.monotonic()
            if left_s > 0:
                self.sleep(left_s)
        self._begun.append(self.monotonic())
