"""JSON in which nothing has two meanings."""

from __future__ import annotations

import json
from typing import Any


def json_object(text: bytes | str) -> dict[str, Any]:
    """Give the object. Raises: ValueError for repeated names, NaN, bottomless nesting, or anything else."""
    try:
        value = json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_refused)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - callers meet one error for all that is not such JSON
    return value


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _refused(_constant: str) -> Any:
    raise ValueError("not a number of JSON")
