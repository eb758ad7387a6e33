"""A vault without keys: reversible, and nothing of the text shows."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from bridge.errors import ConfigurationError


class FakeVault:
    """Seals by purpose in base64; a seal of another purpose does not open."""

    def seal(self, purpose: str, text: str) -> str:
        """Give the sealed form."""
        return f"{purpose}.{base64.urlsafe_b64encode(text.encode()).decode()}"

    def open(self, purpose: str, sealed: str) -> str:
        """Give the text back. Raises: ConfigurationError for another purpose."""
        kind, _, body = sealed.partition(".")
        if kind != purpose:
            raise ConfigurationError(f"sealed for {kind}, opened for {purpose}")
        return base64.urlsafe_b64decode(body).decode()

    def seal_rows(self, purpose: str, rows: Sequence[tuple[str, str]]) -> list[bytes]:
        """Give the sealed form of each, bound to its place."""
        return [self.seal(f"{purpose}@{place}", text).encode() for place, text in rows]

    def open_rows(self, purpose: str, rows: Sequence[tuple[str, bytes]]) -> list[str]:
        """Give the texts back. Raises: ConfigurationError for another purpose or place."""
        return [self.open(f"{purpose}@{place}", sealed.decode()) for place, sealed in rows]
