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
    TimeoutError as PoolTimeoutError,
)

from bridge.errors import PermanentError, TransientError

RETRY_AFTER_S = 5.0
# A broken uniqueness rule is a lost race: the next try finds the winner's row.
_WORTH_ANOTHER_TRY = (OperationalError, InterfaceError, InternalError, IntegrityError, PoolTimeoutError)


@contextmanager
def translated() -> Iterator[None]:
    """Let no library error through. Raises: TransientError, PermanentError, both of system "database"."""
    try:
        yield
    except SQLAlchemyError as error:
        # Without the original, whose text quotes the values of the row.
        raise _ours(error) from None


def _ours(error: SQLAlchemyError) -> TransientError | PermanentError:
    if isinstance(error, _WORTH_ANOTHER_TRY) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return TransientError(
            f"the database did not do it: {_cause(error)}",
            system="database",
            code="database.unavailable",
            retry_after_s=RETRY_AFTER_S,
        )
    return PermanentError(f"the database refused: {_cause(error)}", system="database", code="database.refused")


def _cause(error: SQLAlchemyError) -> str:
    """Give the kind of error and the database's own code; never its text."""
    original = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
