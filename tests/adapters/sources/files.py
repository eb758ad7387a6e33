"""Files dropped in a folder, here or on a server, and their readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import reader_of
from tests.servers.sshd import RunningSshd

HEADER = "NUM;NOM;ETAT"


def drop(folder: Path, name: str, rows: Sequence[str], *, header: str = HEADER, marker: bool = True) -> Path:
    """Write a file of these rows, then its marker."""
    path = folder / name
    path.write_bytes("".join(f"{line}\r\n" for line in (header, *rows)).encode("cp1252"))
    if marker:
        (folder / f"{name}.ok").touch()
    return path


@dataclass(frozen=True, slots=True)
class Drop:
    """A folder on a server of this machine; `options` may lead to it by another way."""

    folder: Path
    spool: Path
    server: RunningSshd
    kind: dict[str, object] = field(default_factory=dict)

    @classmethod
    def on(cls, folder: Path, server: RunningSshd) -> Drop:
        """Give an empty one."""
        (folder / "depot").mkdir()
        (folder / "spool").mkdir()
        given: dict[str, object] = {"kind": "csv_drop", "pattern": "U_*.csv", "marker": ".ok"}
        return cls(folder / "depot", folder / "spool", server, given | {"encoding": "cp1252"})

    def reader(self, **options: object) -> SourceReader:
        """Give the reader that fetches."""
        given = self.kind | self.server.options(self.folder) | {"keep_free_megabytes": 1}
        return reader_of(given | options, spool=self.spool)

    def local(self, **options: object) -> SourceReader:
        """Give the reader of the same folder without a server."""
        return reader_of(self.kind | {"directory": str(self.folder)} | options)
