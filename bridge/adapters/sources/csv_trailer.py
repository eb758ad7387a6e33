"""The last line of a file that says how many rows stand before it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from bridge.adapters.sources.csv_bytes import Refusal
from bridge.adapters.sources.options import Options

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LONGEST = 4_096
_COUNT = "{rows}"


@dataclass(frozen=True, slots=True)
class Trailer:
    """What stands on that line before and after the number."""

    before: bytes
    after: bytes

    def apart(self, content: BinaryIO, refuse: Refusal) -> tuple[BinaryIO, int]:
        """Give the file without its trailer, and the rows announced. Raises: PermanentError."""
        size = content.seek(0, io.SEEK_END)
        content.seek(max(0, size - _LONGEST))
        tail = content.read(_LONGEST)
        line = tail.rstrip(b"\r\n")
        line = line[line.rfind(b"\n") + 1 :]
        number = line.removeprefix(self.before).removesuffix(self.after)
        if line != self.before + number + self.after or not number.isdigit():
            raise refuse("source.file_truncated", "its last line is not the one that announces the rows")
        content.seek(0)
        return _Before(content, size - len(tail) + tail.rindex(line)), int(number)  # type: ignore[return-value] # a raw file


class _Before(io.RawIOBase):
    """A file that ends earlier."""

    def __init__(self, content: BinaryIO, end: int) -> None:
        self._content = content
        self._end = end

    def readable(self) -> bool:
        """Give True."""
        return True

    def seekable(self) -> bool:
        """Give True."""
        return True

    def fileno(self) -> int:
        """Give the number of the whole file."""
        return self._content.fileno()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place. Offsets count from the start, or from the new end."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._content.tell(), io.SEEK_END: self._end}[whence]
        return self._content.seek(start + offset)

    def tell(self) -> int:
        """Give the place."""
        return self._content.tell()

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read up to the new end."""
        target = memoryview(buffer).cast("B")
        chunk = self._content.read(max(0, min(len(target), self._end - self._content.tell())))
        target[: len(chunk)] = chunk
        return len(chunk)


def trailer_of(options: Options, encoding: str) -> Trailer | None:
    """Give the trailer a source declares. Raises: ConfigurationError."""
    written = options.optional_text("trailer")
    if written is None:
        return None
    before, found, after = written.partition(_COUNT)
    if not found or "\n" in written:
        raise options.refusal("trailer", "must be one line with {rows} where the number stands")
    return Trailer(before.encode(encoding), after.encode(encoding))
