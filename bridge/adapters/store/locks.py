"""Locks wider than a row: one process at a time, and links against deliveries."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import DBAPIError

from bridge.adapters.store.engine import in_memory

_PEOPLE = "people"


class SoleLocks:
    """Gives named locks that one holder has at a time and that end with the holder, however it ends."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_process: dict[str, Lock] = {}

    def hold(self, name: str) -> AbstractContextManager[bool]:
        """Hold a lock for a while; False when another has it."""
        if self._engine.dialect.name == "postgresql":
            return _in_session(self._engine, name)
        if in_memory(self._engine):
            return _in_process(self._in_process.setdefault(name, Lock()))
        return _on_file(Path(f"{self._engine.url.database}.{name}.lock"))


def keep_links(connection: Connection) -> None:
    """Keep new links out until the end of the transaction.

    Without it a case and its citizen's link, written at the same moment, would not see each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock_shared(_number(_PEOPLE))))


def change_links(connection: Connection) -> None:
    """Wait for the transactions that keep links out, then have them to oneself."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_number(_PEOPLE))))


def one_claim_at_a_time(connection: Connection, queue: str) -> None:
    """Wait for whoever is claiming from this queue, until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_number(f"claim {queue}"))))


def queue_up(connection: Connection, subject_hash: str) -> None:
    """Wait for the other requests of this person, so that what is counted for them is counted once."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_number(f"person {subject_hash}"))))


@contextmanager
def _in_session(engine: Engine, name: str) -> Iterator[bool]:
    """Hold a lock of a PostgreSQL session; closing the connection gives it back, whatever happened."""
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        held = bool(connection.scalar(select(func.pg_try_advisory_lock(_number(name)))))
        try:
            yield held
        finally:
            if held:
                # Said aloud, for the server notices a closed connection a moment late.
                with suppress(DBAPIError):
                    connection.scalar(select(func.pg_advisory_unlock(_number(name))))


@contextmanager
def _on_file(path: Path) -> Iterator[bool]:
    """Hold a lock of the operating system, which drops it when the process dies."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _in_process(lock: Lock) -> Iterator[bool]:
    held = lock.acquire(blocking=False)
    try:
        yield held
    finally:
        if held:
            lock.release()


def _number(name: str) -> int:
    """Give the 64-bit number PostgreSQL knows a lock by."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
