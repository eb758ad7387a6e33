"""JSON that means one thing to everybody: no name twice, no NaN, no abyss, no number without end."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from bridge.errors import RequestError

_DEEPEST = 16
_LONGEST_NUMBER = 40


def read_json(body: bytes) -> dict[str, Any]:
    """Give the object. Raises: RequestError `json.invalid`, the same whatever is wrong."""
    try:
        found = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unrepeated,
            parse_constant=_refused,
            parse_int=_short(int),
            parse_float=_short(_finite),
        )
        if not isinstance(found, dict):
            raise ValueError("not an object")  # noqa: TRY004, TRY301 - one error for all that is not such JSON
        _check(found)
    except (ValueError, RecursionError):
        raise RequestError("the body is not JSON as agreed", code="json.invalid") from None
    return found


def _check(top: object) -> None:
    """Refuse what is nested too deep, and text no database keeps."""
    waiting: list[tuple[object, int]] = [(top, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        if isinstance(value, dict):
            waiting += [(inner, depth + 1) for pair in value.items() for inner in pair]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]
        elif isinstance(value, str):
            value.encode()  # half a surrogate pair is no text
            if "\x00" in value:
                raise ValueError("a NUL in a text")


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _short(read: Callable[[str], Any]) -> Callable[[str], Any]:
    def number(text: str) -> Any:
        if len(text) > _LONGEST_NUMBER:
            raise ValueError("a number without end")
        return read(text)

    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number too large")
    return number


def _refused(_constant: str) -> Any:
    raise ValueError("not a number of JSON")
