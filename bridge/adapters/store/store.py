"""The truth, in SQL: transactions over SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine

from bridge.adapters.store.audit import SqlAudit
from bridge.adapters.store.database_clock import time_of_server
from bridge.adapters.store.engine import for_reading, for_single_statements
from bridge.adapters.store.failures import translated
from bridge.adapters.store.locks import SoleLocks
from bridge.adapters.store.transaction import SqlTransaction
from bridge.usecases.ports import AuditEntry, Transaction, Vault


class SqlStore:
    """The `Store` port."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._reading = for_reading(engine)
        self._single = for_single_statements(engine)
        self._vault = vault
        self._locks = SoleLocks(engine)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a transaction: committed at the end, rolled back on an error.

        Raises: TransientError when the database is away, busy or another writer was first.
        """
        with self._transaction(self._engine) as transaction:
            yield transaction

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a transaction that writes nothing: it sees one moment, and keeps no writer waiting.

        Raises: TransientError when the database is away or busy.
        """
        with self._transaction(self._reading) as transaction:
            yield transaction

    def note(self, entry: AuditEntry, now: datetime) -> None:
        """Leave one audit row, kept when this returns. Raises: TransientError."""
        with translated(), self._single.begin() as connection:
            SqlAudit(connection).add(entry, now)

    def clock_skew_s(self, now: datetime) -> float:
        """Give by how much PostgreSQL's clock is ahead of ours; SQLite's is ours. Raises: TransientError."""
        if self._engine.dialect.name != "postgresql":
            return 0.0
        return round((time_of_server(self._single) - now).total_seconds(), 1)

    @contextmanager
    def sole(self, name: str) -> Iterator[bool]:
        """Hold a lock that one process has at a time; gives False when another has it.

        Hold it for one round of work, not for a life: a PostgreSQL restart takes it back unannounced.
        """
        with translated(), self._locks.hold(name) as held:
            yield held

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[SqlTransaction]:
        with translated(), engine.begin() as connection:
            yield SqlTransaction(connection, self._vault)
