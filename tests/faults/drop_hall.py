"""A town hall with one office that drops files, here or on a real SFTP server, and its console."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bridge.adapters.sources import build_reader
from bridge.domain.agent import Role
from bridge.domain.case import CaseKey
from bridge.domain.synchronisation import SourceHealth, SyncSummary
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.synchronise import Synchronise
from tests.http.console.desk import agent
from tests.http.site import Site
from tests.http.visits import read
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, row

COLUMNS = tuple(row())


def line(number: int, **changes: Any) -> str:
    """Give a file of the planning office as its export writes it."""
    return ";".join(str(value or "") for value in row(number, **changes).values())


def text(lines: Sequence[str]) -> bytes:
    """Give an extract of these lines."""
    return "".join(f"{one}\r\n" for one in (";".join(COLUMNS), *lines)).encode("cp1252")


@dataclass
class DropHall:
    """`options` say how the files are reached; `meanwhile` is done while we wait between two looks."""

    site: Site
    folder: Path
    spool: Path
    options: dict[str, object]
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def drop(self, name: str, content: bytes, *, marker: bool = True) -> Path:
        """Write a file, then its marker."""
        path = self.folder / name
        path.write_bytes(content)
        if marker:
            (self.folder / f"{name}.ok").touch()
        return path

    def sync(self, **changed: object) -> SyncSummary:
        """Read what waits."""
        options = {**URBANISME.transport, "columns": list(COLUMNS), **self.options, **changed}
        clock, store = self.site.clock, self.site.store
        reader = build_reader(
            "urbanisme", options, timezone="Europe/Paris", clock=clock, spool=self.spool, sleep=self._wait
        )
        mapping = replace(URBANISME, absence="unchanged")
        absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
        readers = {"urbanisme": reader}
        return Synchronise(store, {"urbanisme": mapping}, readers, absorb, clock, FakeBell())("urbanisme")

    def _wait(self, _seconds: float) -> None:
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def states(self) -> dict[str, str]:
        """Give the status word each case has."""
        with self.site.store.begin() as tx:
            known = tx.cases.fingerprints("urbanisme", [f"DP {n}" for n in range(2_000)])
            cases = tx.cases.existing([CaseKey("urbanisme", number) for number in known])
        return {key.source_case_id: case.content.status.legacy_code for key, case in cases.items()}

    def health(self) -> SourceHealth:
        """Give what is known of the source."""
        with self.site.store.read() as tx:
            return tx.intake.health()["urbanisme"]

    def console(self) -> str:
        """Give what the console says of late sources."""
        page = read(agent(self.site, Role.READER), "/agents/")
        return page.sections["Sources en retard"]
