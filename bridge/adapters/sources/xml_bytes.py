"""The bytes of a dropped XML file: looked at before a parser sees them, and hashed on their way to it."""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass, field
from typing import BinaryIO

from bridge.adapters.sources.csv_bytes import Refusal

CHUNK_BYTES = 65_536

# In each of these the signs of the prolog are those of ASCII, in UTF-16 with a NUL beside each.
_ENCODINGS = {"utf-8", "utf-16", "iso8859-1", "iso8859-15", "cp1252", "ascii"}
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ROOT = re.compile(rb"<[A-Za-z_:\x80-\xff]")
# "Ã" before a sign is in no French word, and 0x80-0x9F are control characters in ISO 8859.
_UTF8_LETTER = rb"\xc3[\x80-\xbf]"
_SUSPECT = {
    "cp1252": re.compile(_UTF8_LETTER),
    "iso8859-1": re.compile(rb"[\x80-\x9f]|" + _UTF8_LETTER),
    "iso8859-15": re.compile(rb"[\x80-\x9f]|" + _UTF8_LETTER),
}


def encoding_of(content: BinaryIO, refuse: Refusal) -> str:
    """Give the encoding a file declares, once its prolog shows nothing but a root to come.

    `content` is left at its start. Raises: PermanentError `source.encoding`, `source.doctype`, `source.xml`,
    `source.empty`.
    """
    content.seek(0)
    start = content.read(CHUNK_BYTES)
    content.seek(0)
    if not start:
        raise refuse("source.empty", "it has no byte")
    marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    plain = start.replace(b"\0", b"").removeprefix(codecs.BOM_UTF8)
    plain = plain[2:] if marked else plain
    declared = _DECLARED.match(plain)
    name = declared[1].decode() if declared else ("utf-16" if marked else "utf-8")
    encoding = _known(name, refuse)
    _require_no_doctype(plain, refuse)
    return encoding


def _known(name: str, refuse: Refusal) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found not in _ENCODINGS:
        raise refuse("source.encoding", f"it declares {name}; read are {', '.join(sorted(_ENCODINGS))}")
    return found


def _require_no_doctype(plain: bytes, refuse: Refusal) -> None:
    prolog = _PROLOG.match(plain)
    rest = plain[prolog.end() :] if prolog else plain
    if rest[:9].upper() == b"<!DOCTYPE":
        raise refuse("source.doctype", "it has a DOCTYPE, by which a file reaches beyond itself")
    if not _ROOT.match(rest):
        raise refuse("source.xml", "it does not begin as XML does")


@dataclass(slots=True)
class Hashed:
    """A file in chunks; the hash grows as it is read."""

    content: BinaryIO
    encoding: str
    refuse: Refusal
    size: int = 0
    sha256: hashlib._Hash = field(default_factory=hashlib.sha256)
    _last: bytes = b""

    def read(self) -> bytes:
        """Give the next bytes. Raises: PermanentError `source.encoding` when they are of another encoding."""
        chunk = self.content.read(CHUNK_BYTES)
        suspect = _SUSPECT.get(self.encoding)
        found = suspect.search(self._last + chunk) if suspect else None
        if found:
            at = self.size - len(self._last) + found.start()
            guess = "utf-8" if found[0].startswith(b"\xc3") else "cp1252"
            problem = f"byte {at} is not {self.encoding} as declared; perhaps {guess}"
            raise self.refuse("source.encoding", problem)
        self.sha256.update(chunk)
        self.size += len(chunk)
        self._last = chunk[-1:]
        return chunk
