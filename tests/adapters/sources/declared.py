"""The example mappings over the stand-ins they are written for, from file to store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from bridge.adapters.clock import SystemClock
from bridge.adapters.sources import build_reader
from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import SyncSummary
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.open_cases import StoredOpenCases
from bridge.usecases.ports import Clock, SourceReader
from bridge.usecases.synchronise import Synchronise
from bridge.usecases.translate_record import VOCABULARY
from mappings.loader import load_source
from mappings.model import SourceMapping
from tests.adapters.sources.wire import EXAMPLES, declared_options
from tests.mappings.examples import packaged_sources
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import FakeBell


def example(name: str) -> SourceMapping:
    """Give an example mapping that ships."""
    return load_source(EXAMPLES / f"{name}.yaml", VOCABULARY)


@dataclass
class Desk:
    """One example source over the stand-in town, with a store of its own.

    A packaged source has its `given` options instead; `changes` replace some.
    """

    name: str
    ready: Mapping[str, Any]
    store: SqlStore
    changes: Mapping[str, object] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)
    waits: list[float] = field(default_factory=list)
    given: Mapping[str, object] | None = None

    @property
    def mapping(self) -> SourceMapping:
        """The mapping as shipped."""
        return packaged_sources().get(self.name) or example(self.name)

    def reader(self) -> SourceReader:
        """Give the reader, built as the product does; waits are noted and not waited."""
        mapping = self.mapping
        return build_reader(
            self.name,
            {**(self.given or declared_options(self.ready, self.name)), **self.changes},
            timezone=mapping.timezone,
            clock=self.clock,
            sleep=self.waits.append,
            open_cases=StoredOpenCases(self.store),
        )

    def sync(self, reader: SourceReader | None = None) -> SyncSummary:
        """Read the source once, from where it was left."""
        absorb = AbsorbDelivery(self.store, PSEUDONYMS, self.clock)
        mappings, readers = {self.name: self.mapping}, {self.name: reader or self.reader()}
        return Synchronise(self.store, mappings, readers, absorb, self.clock, FakeBell())(self.name)

    def stored(self) -> dict[str, str]:
        """Give the legacy status of each stored case."""
        query = text("SELECT source_case_id, legacy_code FROM cases WHERE source = :source")
        with self.store._engine.connect() as connection:
            rows = connection.execute(query, {"source": self.name})
            return {row[0]: row[1] for row in rows}

    def cursor(self) -> str | None:
        """Give how far the source was read."""
        with self.store.read() as tx:
            return tx.intake.cursor(self.name)
