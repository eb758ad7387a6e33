"""What an id of a case can look like."""

from __future__ import annotations

import re

from bridge.errors import UnknownCaseError

_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def case_id_of(text: str) -> str:
    """Give the id a path names; a database would refuse some characters with an error of its own.

    Raises: UnknownCaseError, as for any other id that is nobody's.
    """
    if not _SHAPE.fullmatch(text):
        raise UnknownCaseError("no request of yours bears this number")
    return text
