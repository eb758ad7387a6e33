"""The bytes of a dropped file: hashed, and refused before a wrong one is read as text."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from pathlib import Path
from typing import BinaryIO

from bridge.errors import PermanentError

LINE_LIMIT_BYTES = 65_536

ENCODINGS = ("utf-8", "cp1252", "iso8859-1", "iso8859-15", "cp850", "ascii")
"""Encodings in which a line feed is one byte of its own."""

# These decode any UTF-8 without complaint, into mojibake: "Ã" before a sign is in no French word.
_UTF8_LETTER = rb"\xc3[\x80-\xbf]"
_SUSPECT = {
    "cp1252": re.compile(_UTF8_LETTER),
    # 0x80-0x9F are control characters here, and letters in Windows-1252.
    "iso8859-1": re.compile(rb"[\x80-\x9f]|" + _UTF8_LETTER),
    "iso8859-15": re.compile(rb"[\x80-\x9f]|" + _UTF8_LETTER),
}


class Chunks(io.BufferedIOBase):
    """A file in chunks that can be read as text; closing it leaves the file open."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def readable(self) -> bool:
        """Give True."""
        return True

    def read1(self, _size: int = -1, /) -> bytes:
        """Give the next bytes, never more than a line may hold."""
        return self._raw.read(LINE_LIMIT_BYTES)


class CheckedBytes(Chunks):
    """A file whose bytes are hashed and checked on their way; `size` and `digest` grow as it is read.

    Reading raises PermanentError: `source.nul`, `source.line_too_long`, `source.encoding`.
    """

    def __init__(self, raw: BinaryIO, refuse: Refusal, encoding: str) -> None:
        super().__init__(raw)
        self._refuse = refuse
        self._suspect = _SUSPECT.get(encoding)
        self._encoding = encoding
        self._open_line = 0
        self._last = b""
        self.size = 0
        self.digest = hashlib.sha256()

    @property
    def ends_a_line(self) -> bool:
        """Whether the last byte read is a line feed."""
        return self._last == b"\n"

    def read1(self, _size: int = -1, /) -> bytes:
        """Give the next bytes, found sound. Raises: PermanentError."""
        chunk = super().read1()
        if chunk:
            self._check(chunk)
            self.digest.update(chunk)
            self.size += len(chunk)
            self._last = chunk[-1:]
        return chunk

    def _check(self, chunk: bytes) -> None:
        nul = chunk.find(b"\0")
        if nul >= 0:
            raise self._refuse("source.nul", f"a NUL at byte {self.size + nul}")
        first = chunk.find(b"\n")
        reach = len(chunk) if first < 0 else first
        if self._open_line + reach > LINE_LIMIT_BYTES:
            raise self._refuse(
                "source.line_too_long",
                f"a line of over {LINE_LIMIT_BYTES} bytes before byte {self.size + reach}",
            )
        self._open_line = self._open_line + reach if first < 0 else len(chunk) - chunk.rfind(b"\n") - 1
        if self._suspect:
            self._check_letters(chunk, self._suspect)

    def _check_letters(self, chunk: bytes, suspect: re.Pattern[bytes]) -> None:
        found = suspect.search(self._last + chunk)
        if found:
            guess = "utf-8" if found[0].startswith(b"\xc3") else "cp1252"
            at = self.size - len(self._last) + found.start()
            raise self._refuse(
                "source.encoding", f"byte {at} is not {self._encoding} as declared; perhaps {guess}"
            )


class Refusal:
    """Makes the errors of one file, which never quote its content."""

    def __init__(self, source: str, name: str) -> None:
        self._source = source
        self.name = name.encode("unicode_escape").decode()[:120]

    def __call__(self, code: str, problem: str) -> PermanentError:
        """Give the error with this code, naming source and file."""
        text = f"{self._source}: {self.name} is refused whole: {problem}"
        return PermanentError(text, system=self._source, code=code)


def first_wrong_byte(path: Path, encoding: str) -> tuple[int, int]:
    """Give the offset and the line of the first byte that is not of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset, line = 0, 1
    with path.open("rb") as content:
        while part := content.readline(LINE_LIMIT_BYTES):
            try:
                decoder.decode(part)
            except UnicodeDecodeError as error:
                return offset + error.start, line
            offset, line = offset + len(part), line + part.endswith(b"\n")
    return offset, line
