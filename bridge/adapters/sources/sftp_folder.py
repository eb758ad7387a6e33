"""A folder of an SFTP server; its files are fetched whole before the first of their lines is read."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import FileIO

import paramiko

from bridge.adapters.sources.csv_bytes import Refusal
from bridge.adapters.sources.folders import Wanted, WholeFiles, unreadable
from bridge.adapters.sources.sftp_server import SftpServer
from bridge.adapters.sources.spool import Part, Spool
from bridge.errors import PermanentError, TransientError

_PAUSES_S = (1.0, 5.0)
_REQUEST_BYTES = 255 * 1024
"""The most OpenSSH gives at once; other servers give less. The library's own way to be fast is a thread that
nobody can catch the errors of.
"""
_OVERLAP_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class SftpFolder:
    """Read in short visits: one to list, one to fetch each file, none while its lines are absorbed.

    A lost connection is taken up where it broke, in the same run or in a later one.
    """

    source: str
    server: SftpServer
    directory: str
    whole: WholeFiles
    spool: Spool
    max_bytes: int
    sleep: Callable[[float], None]

    def waiting(self, after: str, known: str) -> list[str]:
        """Give the whole files from the name `after` on. Raises: TransientError, PermanentError."""
        try:
            return self.whole.among(self._listing, after, known)
        except UnicodeDecodeError:
            text = f"{self.source}: a name in the folder is not UTF-8"
            raise PermanentError(text, system=self.source, code="source.file_name") from None

    def _listing(self, wanted: Wanted) -> Iterator[tuple[str, str]]:
        with self.server.visit() as client:
            for entry in client.listdir_iter(self.directory):
                if wanted(entry.filename) and stat.S_ISREG(entry.st_mode or 0):
                    yield entry.filename, _version(entry)

    @contextmanager
    def open(self, name: str) -> Iterator[FileIO]:
        """Fetch a file, then give the fetched one, which goes with the block.

        Raises: TransientError with `source.unavailable`, `.forbidden`, `.changing`, `.spool_full` or `.busy`;
        PermanentError with `source.file_too_large`, `.host_key` or `.login`.
        """
        with ExitStack() as held:
            part = self._fetched(name, held)
            try:
                part.file.seek(0)
                yield part.file
            except OSError as error:
                raise unreadable(self.source, error) from None
            finally:
                part.remove()

    def _fetched(self, name: str, held: ExitStack) -> Part:
        for pause_s in (*_PAUSES_S, None):
            try:
                return self._fetch(name, held)
            except TransientError as error:
                held.close()
                if pause_s is None or error.code != "source.unavailable":
                    raise
                self.sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _fetch(self, name: str, held: ExitStack) -> Part:
        path = f"{self.directory.rstrip('/')}/{name}"
        with self.server.visit() as client:
            # Looked at without following it: a link could lead out of the folder.
            found = client.lstat(path)
            size = self._acceptable(found, name)
            part = held.enter_context(self.spool.part(name, _version(found), size))
            with client.open(path, "rb") as remote:
                self._require_same(found, remote.stat(), part)
                _copy(remote, part, size)
                self._require_same(found, remote.stat(), part)
        part.date(found.st_mtime or 0)
        return part

    def _acceptable(self, found: paramiko.SFTPAttributes, name: str) -> int:
        size = found.st_size or 0
        if not stat.S_ISREG(found.st_mode or 0):
            raise self._changing()
        if size > self.max_bytes:
            problem = f"{size} bytes where {self.max_bytes} are allowed"
            raise Refusal(self.source, name)("source.file_too_large", problem)
        return size

    def _require_same(self, found: paramiko.SFTPAttributes, now: paramiko.SFTPAttributes, part: Part) -> None:
        if _version(found) != _version(now):
            part.remove()
            raise self._changing()

    def _changing(self) -> TransientError:
        text = f"{self.source}: the file was written while it was fetched"
        return TransientError(text, system=self.source, code="source.changing")


def _copy(remote: paramiko.SFTPFile, part: Part, size: int) -> None:
    """Fetch what is missing; what is here counts only when its end is the same over there."""
    remote.MAX_REQUEST_SIZE = _REQUEST_BYTES
    overlap = part.tail(_OVERLAP_BYTES)
    remote.seek(part.size - len(overlap))
    if part.size > size or (overlap and remote.read(len(overlap)) != overlap):
        part.start_again()
    remote.seek(part.size)
    while part.size < size:
        chunk = remote.read(min(_REQUEST_BYTES, size - part.size))
        if not chunk:
            raise EOFError
        part.append(chunk)


def _version(found: paramiko.SFTPAttributes) -> str:
    """Give size and time of the last write, as those of the fetched file read."""
    return f"{found.st_size}-{(found.st_mtime or 0) * 10**9}"
