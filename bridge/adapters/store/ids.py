"""Ids nobody can guess, and what is kept of tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets


def new_id(prefix: str) -> str:
    """Give `prefix` and 20 base32 characters, 100 bits of chance, in lower case."""
    return prefix + base64.b32encode(secrets.token_bytes(13)).decode("ascii")[:20].lower()


def hash_of(token: str) -> str:
    """Give the stored form of a random token; it is long enough to need no key."""
    return hashlib.sha256(token.encode()).hexdigest()
