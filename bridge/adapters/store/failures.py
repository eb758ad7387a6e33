"""Turns database errors into ours, at the edge of a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bridge.errors import PermanentError, TransientError
from bridge.usecases.once_more import CONFLICT

RETRY_AFTER_S = 5.0
_AWAY_OR_BUSY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
# A broken uniqueness rule is a lost race: the next try finds the winner's row.
_LOST_RACE = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
# The database ended one of two transactions that waited for each other; the same work passes at once.
_VICTIM = frozenset({"40P01", "40001"})
# SQLite reports a missing table or column as an operational error too.
_WRONG_STATEMENT = "SQLITE_ERROR"


@contextmanager
def translated() -> Iterator[None]:
    """Let no library error through. Raises: TransientError, PermanentError, both of system "database"."""
    try:
        yield
    except SQLAlchemyError as error:
        # Without the original, whose text quotes the values of the row.
        raise _ours(error) from None


def _ours(error: SQLAlchemyError) -> TransientError | PermanentError:
    original = error.orig if isinstance(error, StatementError) else None
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    # Kinds and the database's own code only: its text quotes rows.
    kinds = [type(each).__name__ for each in (error, original) if each is not None]
    cause = " ".join(dict.fromkeys([*kinds, code] if code else kinds))
    if _worth_another_try(error, code):
        return TransientError(
            f"the database did not do it: {cause}",
            system="database",
            code=CONFLICT if code in _VICTIM else "database.unavailable",
            retry_after_s=RETRY_AFTER_S,
        )
    return PermanentError(f"the database refused: {cause}", system="database", code="database.refused")


def _worth_another_try(error: SQLAlchemyError, code: str | None) -> bool:
    if isinstance(error, IntegrityError):
        return code in _LOST_RACE
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, _AWAY_OR_BUSY) and code != _WRONG_STATEMENT
