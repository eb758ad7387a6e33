"""Rows sealed by the thousand: each opens in its own place, under its own purpose, under any known key."""

from __future__ import annotations

import pytest

from bridge.adapters.secrets import FernetVault
from bridge.errors import ConfigurationError

OLD, NEW = b"o" * 32, b"n" * 32
ROWS = [("urbanisme:DP 1", "Angèle Dubois"), ("urbanisme:DP 2", "Angèle Dubois")]


def test_rows_come_back_in_order() -> None:
    """Two equal texts have seals that tell nothing of each other."""
    vault = FernetVault([OLD])
    seals = vault.seal_rows("raw", ROWS)
    assert len(set(seals)) == 2
    assert b"Dubois" not in b"".join(seals)
    opened = vault.open_rows("raw", [(place, seal) for (place, _), seal in zip(ROWS, seals, strict=True)])
    assert opened == ["Angèle Dubois", "Angèle Dubois"]


def test_a_key_that_was_replaced_still_opens() -> None:
    """While the old key stands behind the new one, what it sealed is read."""
    [seal, _] = FernetVault([OLD]).seal_rows("raw", ROWS)
    assert FernetVault([NEW, OLD]).open_rows("raw", [(ROWS[0][0], seal)]) == ["Angèle Dubois"]


@pytest.mark.parametrize(
    ("purpose", "place", "spoilt"),
    [("raw", "urbanisme:DP 2", False), ("parked", "urbanisme:DP 1", False), ("raw", "urbanisme:DP 1", True)],
)
def test_a_seal_moved_or_changed_does_not_open(purpose: str, place: str, spoilt: bool) -> None:
    """Nobody with the database alone can put one person's record under another's case."""
    [seal, _] = FernetVault([OLD]).seal_rows("raw", ROWS)
    sealed = seal[:-1] + bytes([seal[-1] ^ 1]) if spoilt else seal
    with pytest.raises(ConfigurationError, match="BRIDGE_ENCRYPTION_KEYS"):
        FernetVault([OLD]).open_rows(purpose, [(place, sealed)])
