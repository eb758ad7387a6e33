"""The folder a system drops its files in: which ones wait, whole."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bridge.errors import TransientError


@dataclass(frozen=True, slots=True)
class Folder:
    """Files are dated by their name. `marker` is what is added to a name to say that the file is whole.

    An empty marker means that files are renamed into the folder, so they are whole when they appear.
    """

    source: str
    path: Path
    pattern: str
    marker: str

    def waiting(self, after: str) -> list[str]:
        """Give the whole files from the name `after` on, oldest name first. Raises: TransientError."""
        with self._readable(), os.scandir(self.path) as entries:
            names = {entry.name for entry in entries if entry.is_file(follow_symlinks=False)}
        found = (name for name in names if name >= after and fnmatch.fnmatchcase(name, self.pattern))
        return sorted(name for name in found if not self.marker or name + self.marker in names)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file without a buffer. Raises: TransientError, also when a later reading of it fails."""
        with self._readable():
            # A link could lead out of the folder.
            number = os.open(self.path / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with open(number, "rb", buffering=0) as content:  # noqa: PTH123 - a descriptor has no path
                yield content

    def version(self, name: str) -> str:
        """Give what changes when the file is written again. Raises: TransientError."""
        with self._readable():
            return version_of((self.path / name).lstat())

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            code = "source.forbidden" if isinstance(error, PermissionError) else "source.unavailable"
            text = f"{self.source}: the folder or a file in it cannot be read ({type(error).__name__})"
            raise TransientError(text, system=self.source, code=code) from None


def version_of(status: os.stat_result) -> str:
    """Give size and time of the last write, as one text."""
    return f"{status.st_size}-{status.st_mtime_ns}"
