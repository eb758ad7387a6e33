"""The mark a draft leaves where nothing could be guessed; a file that still has one is refused."""

from __future__ import annotations

from collections.abc import Iterator

GAP = "???"
PROBLEM = "is a gap the draft left: write what belongs here"


def gaps_in(content: object, path: str = "") -> Iterator[str]:
    """Give the dotted path of each gap, a key or a value."""
    if isinstance(content, dict):
        for name, value in content.items():
            dotted = f"{path}.{name}" if path else name
            if name == GAP:
                yield dotted
            yield from gaps_in(value, dotted)
    elif isinstance(content, list):
        for number, item in enumerate(content):
            yield from gaps_in(item, f"{path}[{number}]")
    elif content == GAP:
        yield path
