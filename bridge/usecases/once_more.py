"""Does a transaction again whose only fault was to wait for another that waited for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bridge.errors import TransientError

CONFLICT = "database.conflict"
"""The database chose this transaction as the victim of a deadlock, and undid it whole."""

Done = TypeVar("Done")


def once_more(work: Callable[[], Done]) -> Done:
    """Give what `work` gives; it is one transaction and nothing else, so that a second try repeats nothing.

    Raises: what the second try raises.
    """
    try:
        return work()
    except TransientError as error:
        if error.code != CONFLICT:
            raise
        return work()
