"""Dotted paths into what a service answers, and texts with places to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

PATH = re.compile(r"[^.{}]+(?:\.[^.{}]+)*")
PATH_MEANING = "a dotted path, such as data.items or events.-1.message"

_PLACE = re.compile(r"\{([^{}]+)\}")
_INDEX = re.compile(r"-?\d{1,6}")


def at(content: object, path: str) -> object:
    """Give what stands at a dotted path, None when nothing does; the whole content for "".

    A step is a key, the rank of an item (-1 is the last), or `key=word`, which keeps the items that say so.
    """
    found = content
    for step in path.split(".") if path else ():
        found = _step(found, step)
    return found


def _step(found: object, step: str) -> object:
    if isinstance(found, Mapping):
        return found.get(step)
    if not isinstance(found, list):
        return None
    key, equals, word = step.partition("=")
    if equals:
        return [item for item in found if isinstance(item, Mapping) and str(item.get(key)) == word]
    rank = int(step) if _INDEX.fullmatch(step) else len(found)
    return found[rank] if -len(found) <= rank < len(found) else None


def put(path: str, value: object) -> dict[str, object]:
    """Give nested keys with a value at their end; `at` of the same path gives it back."""
    step, _, rest = path.partition(".")
    return {step: put(rest, value) if rest else value}


class MissingValueError(ValueError):
    """A place to fill in has no value; `place` is its name."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def places(content: object) -> set[str]:
    """Give the names of the places to fill in, however deep."""
    if isinstance(content, str):
        return set(_PLACE.findall(content))
    if isinstance(content, Mapping):
        return set().union(*map(places, content.values()))
    return set().union(*map(places, content)) if isinstance(content, list | tuple) else set()


def filled(content: object, values: Mapping[str, object]) -> object:
    """Give the content with each `{dotted.path}` replaced; one that is the whole text keeps its kind.

    Raises: MissingValueError.
    """
    if isinstance(content, Mapping):
        return {name: filled(item, values) for name, item in content.items()}
    if isinstance(content, list | tuple):
        return [filled(item, values) for item in content]
    if not isinstance(content, str):
        return content
    if (whole := _PLACE.fullmatch(content)) is not None:
        return _value(whole[1], values)
    return _PLACE.sub(lambda place: str(_value(place[1], values)), content)


def filled_path(path: str, values: Mapping[str, object]) -> str:
    """Give the address path with its places filled in, each value within its own segment.

    Raises: MissingValueError.
    """

    def safe(place: re.Match[str]) -> str:
        text = str(_value(place[1], values))
        if text.strip(".") == "":
            raise MissingValueError(place[1])
        return quote(text, safe="")

    return _PLACE.sub(safe, path)


def _value(place: str, values: Mapping[str, object]) -> object:
    found = at(values, place)
    if found is None or isinstance(found, Mapping | list) or found == "":
        raise MissingValueError(place)
    return found


def list_at(content: object, path: str) -> Sequence[object] | None:
    """Give the list at a path, None when there is none."""
    found = at(content, path)
    return found if isinstance(found, list) else None
