"""How fast a reading is while the store grows: the clock and the processor at each delivery."""

from __future__ import annotations

import time

_WINDOW = 10_000
_ENOUGH = 5
_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


class Pace:
    """A `Progress` that notes when each delivery was absorbed."""

    def __init__(self) -> None:
        self._marks = [(0, time.perf_counter(), time.process_time())]

    def __call__(self, read: int, _total: int | None) -> None:
        """Note a delivery."""
        self._marks.append((self._marks[-1][0] + read, time.perf_counter(), time.process_time()))

    def cpu_s(self) -> float:
        """Give the processor's seconds so far."""
        return time.process_time() - self._marks[0][2]

    def by_size(self) -> dict[str, dict[str, int]]:
        """Give rows a second over the last 10,000 rows before the store held so many.

        Empty when everything came at once, as in a reading that changes nothing.
        """
        reached = [size for size in _SIZES if self._marks[-1][0] >= size and len(self._marks) > _ENOUGH]
        return {f"{size}": self._before(size) for size in reached}

    def _before(self, size: int) -> dict[str, int]:
        start = max((m for m in self._marks[1:] if m[0] <= max(size - _WINDOW, 0)), default=self._marks[1])
        end = next(m for m in self._marks if m[0] >= size)
        rows = end[0] - start[0]
        return {
            "rows_per_s": round(rows / (end[1] - start[1])),
            "rows_per_cpu_s": round(rows / (end[2] - start[2])),
        }
