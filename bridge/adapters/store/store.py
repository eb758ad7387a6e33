"""The truth, in SQL: transactions over SQLite or PostgreSQL."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from bridge.adapters.store.failures import translated
from bridge.adapters.store.locks import SoleLocks
from bridge.adapters.store.transaction import SqlTransaction
from bridge.usecases.ports import Transaction, Vault


class SqlStore:
    """The `Store` port."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault
        self._locks = SoleLocks(engine)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a transaction: committed at the end, rolled back on an error.

        Raises: TransientError when the database is away, busy or another writer was first.
        """
        owner = f"{socket.gethostname()}:{os.getpid()}"
        with translated(), self._engine.begin() as connection:
            yield SqlTransaction(connection, self._vault, owner)

    @contextmanager
    def sole(self, name: str) -> Iterator[bool]:
        """Hold a lock that one process has at a time; gives False when another has it.

        Hold it for one round of work, not for a life: a PostgreSQL restart takes it back unannounced.
        """
        with translated(), self._locks.hold(name) as held:
            yield held
