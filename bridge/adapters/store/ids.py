"""Ids nobody can guess."""

from __future__ import annotations

import base64
import secrets


def new_id(prefix: str) -> str:
    """Give `prefix` and 20 base32 characters, 100 bits of chance, in lower case."""
    return prefix + base64.b32encode(secrets.token_bytes(13)).decode("ascii")[:20].lower()
