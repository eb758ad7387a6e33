"""Where a fetched file stands while it is read: private, of one source, and gone afterwards."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from bridge.adapters.sources.folders import no_link
from bridge.errors import TransientError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Part:
    """What is here of one version of a file. Raises: TransientError `source.spool_full` when no more fits."""

    source: str
    path: Path
    file: FileIO

    @property
    def size(self) -> int:
        """How many bytes are here."""
        return os.fstat(self.file.fileno()).st_size

    def tail(self, length: int) -> bytes:
        """Give the last bytes."""
        return os.pread(self.file.fileno(), length, max(0, self.size - length))

    def append(self, chunk: bytes) -> None:
        """Add bytes at the end."""
        with _room(self.source):
            rest = memoryview(chunk)
            while rest:
                rest = rest[self.file.write(rest) :]

    def start_again(self) -> None:
        """Forget what is here."""
        self.file.truncate(0)

    def date(self, modified_at_s: int) -> None:
        """Give it the time of the file it was fetched from."""
        moment_ns = modified_at_s * 10**9
        os.utime(self.file.fileno(), ns=(moment_ns, moment_ns))

    def remove(self) -> None:
        """Take it away."""
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Spool:
    """One file at a time. What a lost connection left of it stays, to be gone on with.

    `keep_free_bytes` of the volume are left to others: the database may live there.
    """

    source: str
    folder: Path
    keep_free_bytes: int

    @contextmanager
    def part(self, name: str, version: str, size: int) -> Iterator[Part]:
        """Open what is here of this version of a file; what is left of others is removed.

        Raises: TransientError `source.busy`; `source.spool_full` when so many bytes would leave too little.
        """
        path = self.folder / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}-{version}"
        with _room(self.source):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in self.folder.iterdir():
                if left != path:
                    left.unlink()
            file = FileIO(str(path), "a+", opener=no_link)
        with file:
            part = Part(self.source, path, file)
            self._sole(part)
            if shutil.disk_usage(self.folder).free - size + part.size < self.keep_free_bytes:
                part.remove()
                raise _full(self.source)
            yield part

    def _sole(self, part: Part) -> None:
        try:
            fcntl.flock(part.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = f"{self.source}: another process is fetching this file"
            raise TransientError(text, system=self.source, code="source.busy") from None


@contextmanager
def _room(source: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise _full(source) from None
        text = f"{source}: the folder of fetched files cannot be written ({type(error).__name__})"
        raise TransientError(text, system=source, code="source.spool") from None


def _full(source: str) -> TransientError:
    text = f"{source}: no room to fetch the file; nothing was taken"
    return TransientError(text, system=source, code="source.spool_full")
