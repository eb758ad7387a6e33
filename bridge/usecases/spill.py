"""Many small entries in little memory: kept in parts, the most of them in a temporary file."""

from __future__ import annotations

import tempfile
from typing import IO

PARTS = 256
_WAITING_BYTES = 4 << 20


class Spill:
    """Bytes in 256 parts, each read back by itself; past 4 MiB they wait in a file without a name.

    Whoever adds to `parts` calls `settle` now and then.
    """

    def __init__(self) -> None:
        self.parts = [bytearray() for _ in range(PARTS)]
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(PARTS)]
        self._file: IO[bytes] | None = None
        self._end = 0

    def settle(self) -> None:
        """Move what has come to the file, when it is much."""
        if sum(map(len, self.parts)) < _WAITING_BYTES:
            return
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        self._file.seek(self._end)
        self._file.write(b"".join(self.parts))
        for part, places in zip(self.parts, self._places, strict=True):
            places.append((self._end, len(part)))
            self._end += len(part)
            part.clear()

    def part(self, number: int) -> bytes:
        """Give all bytes of one part, in the order they came."""
        pieces = [self._read(start, size) for start, size in self._places[number]]
        return b"".join([*pieces, self.parts[number]])

    def close(self) -> None:
        """Give the file and the memory back."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self.parts = [bytearray() for _ in range(PARTS)]
        self._places = [[] for _ in range(PARTS)]

    def _read(self, start: int, size: int) -> bytes:
        assert self._file is not None
        self._file.seek(start)
        return self._file.read(size)
