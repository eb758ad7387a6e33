"""The two platforms: FranceConnect v2, and FranceConnect+ with its own levels, scopes and wrapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.franceconnect.scopes import CLAIMS_OF_SCOPE, PLUS_CLAIMS_OF_SCOPE

_KNOWN = ("eidas1", "eidas2", "eidas3")


@dataclass(frozen=True, slots=True)
class Platform:
    """What differs; `local_redirects` is the stand-in's one kindness, off unless asked for.

    The real FranceConnect+ refuses a return address without a top-level domain.
    """

    name: str
    levels: tuple[str, ...]
    unknown_level: str
    claims_of_scope: Mapping[str, tuple[str, ...]]
    is_plus: bool = False
    local_redirects: bool = True

    def chosen(self, acr_values: str) -> str:
        """The lowest known level among those asked; an unknown one counts as this platform's own."""
        known = [level for level in _KNOWN if level in acr_values.split()]
        return known[0] if known else self.unknown_level


V2 = Platform("FranceConnect", ("eidas1",), "eidas1", CLAIMS_OF_SCOPE)
PLUS = Platform(
    "FranceConnect+",
    ("eidas2", "eidas3"),
    "eidas3",
    PLUS_CLAIMS_OF_SCOPE,
    is_plus=True,
    local_redirects=False,
)


def is_reached(obtained: str, asked: str) -> bool:
    """Whether a level is as high as the one asked."""
    return _KNOWN.index(obtained) >= _KNOWN.index(asked)
