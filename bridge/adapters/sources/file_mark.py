"""How far a folder was read."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bridge.adapters.sources.cursors import read_cursor, write_cursor


@dataclass(frozen=True, slots=True)
class FileMark:
    """This content of this file, so many rows or records of it; `over` once all are taken."""

    file: str = ""
    version: str = ""
    sha256: str = ""
    row: int = 0
    over: bool = False

    @property
    def whole_version(self) -> str:
        """The version of that file when all of it is taken."""
        return self.version if self.over else ""

    def text(self) -> str:
        """Give the cursor."""
        return write_cursor(asdict(self))


def read_mark(cursor: str | None) -> FileMark:
    """Give what a cursor says; nothing when it is of another transport."""
    match read_cursor(cursor):
        case {
            "file": str(file),
            "version": str(version),
            "sha256": str(sha256),
            "row": int(row),
            "over": bool(over),
        }:
            return FileMark(file, version, sha256, row, over)
    return FileMark()
