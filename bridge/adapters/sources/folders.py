"""The folder a system drops its files in, wherever it is: which ones wait, whole."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Protocol

from bridge.errors import TransientError

Wanted = Callable[[str], bool]
Listing = Callable[[Wanted], Iterator[tuple[str, str]]]
"""The plain files of a folder whose names are wanted, each with its version; links are none."""
STOPS_ALL = frozenset({"source.host_key", "source.login"})
"""What is wrong with the server is wrong for each of its files."""


class Folder(Protocol):
    """Where files are found. Files are dated by their name; a version changes when the file is written again.

    Raises, all of it: TransientError; also PermanentError when a server is not the one it should be.
    """

    def waiting(self, after: str, known: str) -> list[str]:
        """Give the whole files from the name `after` on, oldest first, without `after` in version `known`."""

    def open(self, name: str) -> AbstractContextManager[FileIO]:
        """Open a file of this machine, unbuffered, that bears size and time of the file of that name."""


@dataclass(frozen=True, slots=True)
class WholeFiles:
    """How a file shows that it is whole.

    `marker` is what is added to a name once it is. An empty one means that files are renamed into the folder.
    With `stable_for_s`, size and time must stay the same for so long. Nothing before the name `start_at` is
    read. A name that begins with a dot is one a transfer has not finished.
    """

    pattern: str
    marker: str
    stable_for_s: int
    start_at: str
    sleep: Callable[[float], None]

    def among(self, listing: Listing, after: str, known: str) -> list[str]:
        """Give the names that wait; looks twice when files must stay the same in between."""
        found = self._found(listing, after, known)
        if found and self.stable_for_s:
            self.sleep(self.stable_for_s)
            again = self._found(listing, after, known)
            found = {name: version for name, version in found.items() if again.get(name) == version}
        return sorted(found)

    def _found(self, listing: Listing, after: str, known: str) -> dict[str, str]:
        first = max(after, self.start_at)
        files: dict[str, str] = {}
        marked: set[str] = set()
        for name, version in listing(lambda name: name >= first and not name.startswith(".")):
            if self.marker and name.endswith(self.marker):
                marked.add(name.removesuffix(self.marker))
            elif fnmatch.fnmatchcase(name, self.pattern) and (name, version) != (after, known):
                files[name] = version
        return {name: version for name, version in files.items() if not self.marker or name in marked}


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder of this machine, or a share it has mounted."""

    source: str
    path: Path
    whole: WholeFiles

    def waiting(self, after: str, known: str) -> list[str]:
        """Give the whole files from the name `after` on. Raises: TransientError."""
        with self._readable():
            return self.whole.among(self._listing, after, known)

    def _listing(self, wanted: Wanted) -> Iterator[tuple[str, str]]:
        with os.scandir(self.path) as entries:
            for entry in entries:
                if wanted(entry.name) and entry.is_file(follow_symlinks=False):
                    yield entry.name, version_of(entry.stat(follow_symlinks=False))

    @contextmanager
    def open(self, name: str) -> Iterator[FileIO]:
        """Open a file where it stands. Raises: TransientError, also when a later reading of it fails."""
        with self._readable(), FileIO(str(self.path / name), opener=no_link) as content:
            yield content

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise unreadable(self.source, error) from None


def no_link(path: str, flags: int) -> int:
    """Open a file, and no link: it could lead out of the folder."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def unreadable(source: str, error: OSError) -> TransientError:
    """Give the error of ours for a folder that does not give what it has."""
    code = "source.forbidden" if isinstance(error, PermissionError) else "source.unavailable"
    text = f"{source}: the folder or a file in it cannot be read ({type(error).__name__})"
    return TransientError(text, system=source, code=code)


def version_of(status: os.stat_result) -> str:
    """Give size and time of the last write, as one text."""
    return f"{status.st_size}-{status.st_mtime_ns}"
