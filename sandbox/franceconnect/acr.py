"""Chooses the assurance level as FranceConnect does."""

from __future__ import annotations

SUPPORTED = ("eidas1",)
_KNOWN = ("eidas1", "eidas2", "eidas3")


def chosen(acr_values: str) -> str:
    """The lowest known level among those asked; an unknown one counts as eidas1."""
    known = [level for level in _KNOWN if level in acr_values.split()]
    return known[0] if known else "eidas1"
