"""A planning office that drops real files in a real folder, read into a real store."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bridge.adapters.sources import build_reader
from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import SyncSummary
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.synchronise import Progress, Synchronise
from mappings.model import SourceMapping
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Office:
    """The folder, the store, and a clock that goes on a day with each reading."""

    folder: Path
    store: SqlStore
    clock: FakeClock
    mapping: SourceMapping

    def drop(self, day: int, *rows: Row, encoding: str = "cp1252", outside: str = "") -> Path:
        """Write the file of a day, then its mark; `outside` fills a column that stays outside."""
        columns = [*map(str, self._columns), "OBS"]
        path = self.folder / f"URBA_202503{day:02}.csv"
        with path.open("w", encoding=encoding, newline="") as lines:
            writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
            writer.writerow(columns)
            writer.writerows([row.get(name, outside) for name in columns] for row in rows)
        return self.marked(path)

    def drop_bytes(self, day: int, content: bytes) -> Path:
        """Write these bytes as the file of a day, then its mark."""
        path = self.folder / f"URBA_202503{day:02}.csv"
        path.write_bytes(content)
        return self.marked(path)

    def marked(self, path: Path) -> Path:
        """Say that a file is whole."""
        path.with_name(f"{path.name}.ok").touch()
        return path

    def read(
        self, accepted: int | None = None, progress: Progress = lambda _read, _total: None
    ) -> SyncSummary:
        """Read the folder, a day after the last time."""
        self.clock.move(timedelta(days=1))
        return self.synchronise()("urbanisme", progress, accepted_volume=accepted)

    def synchronise(self) -> Synchronise:
        """Give the use case over this folder."""
        reader = build_reader(
            "urbanisme",
            self.mapping.transport,
            timezone="Europe/Paris",
            clock=self.clock,
            internal=self.mapping.internal,
        )
        absorb = AbsorbDelivery(self.store, PSEUDONYMS, self.clock)
        known = {"urbanisme": self.mapping}
        return Synchronise(self.store, known, {"urbanisme": reader}, absorb, self.clock, FakeBell())

    @property
    def _columns(self) -> Sequence[object]:
        columns = self.mapping.transport["columns"]
        assert isinstance(columns, Sequence)
        return columns


def office(folder: Path, store: SqlStore, clock: FakeClock) -> Office:
    """Give the planning office of a folder."""
    transport = {**URBANISME.transport, "directory": str(folder)}
    return Office(folder, store, clock, replace(URBANISME, transport=transport))
