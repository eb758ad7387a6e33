"""Hides what may name a person while the shape of the text stays: enough to see a wrong date format."""

from __future__ import annotations


def masked(text: str) -> str:
    """Give the text with its letters as X or x and its digits as 9; separators show the format."""
    return "".join(_sign(character) for character in text)


def _sign(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return character if character.isascii() and character.isprintable() else " "
