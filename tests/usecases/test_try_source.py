"""A look at a source reads a little, moves nothing, and is known to have happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import Delivery
from bridge.errors import TransientError
from bridge.usecases.try_source import TrySource
from tests.fakes.clock import FakeClock
from tests.usecases.town import FakeReader, audited, delivery, numbers, row


@dataclass
class LongReader:
    """Gives deliveries without end, and notes when it is let go."""

    given: list[int] = field(default_factory=list)
    let_go: bool = False

    def read(self, _cursor: str | None) -> Iterator[Delivery]:
        """Give one record a delivery, the first one empty."""
        try:
            yield delivery(key="empty")
            for number in range(1_000):
                self.given.append(number)
                yield delivery(row(number), key=str(number))
        finally:
            self.let_go = True


def test_it_stops_after_what_was_asked(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """The reader is let go at once, before it would acknowledge what it gave."""
    reader = LongReader()
    found = TrySource(sqlite_store, clock)("urbanisme", reader, 2)
    assert [record.values["NUM_DOSSIER"] for record in found.records] == ["DP 0", "DP 1"]
    assert (reader.given, reader.let_go) == ([0, 1], True)


def test_nothing_is_written_but_who_looked(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """No case, no cursor, no health; one audit row."""
    reader = FakeReader([delivery(row(1), cursor="a")])
    TrySource(sqlite_store, clock)("urbanisme", reader)
    assert reader.cursors == [None]
    with sqlite_store.read() as tx:
        assert (tx.intake.cursor("urbanisme"), tx.intake.health()) == (None, {})
    assert numbers(sqlite_store) == []
    assert audited(sqlite_store) == [("operator", "source.tried", "urbanisme", "")]


def test_a_look_that_fails_was_still_a_look(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """The row stands before anything is read."""
    away = TransientError("away", system="urbanisme", code="remote.unreachable")
    with pytest.raises(TransientError):
        TrySource(sqlite_store, clock)("urbanisme", FakeReader([away]))
    assert len(audited(sqlite_store)) == 1
