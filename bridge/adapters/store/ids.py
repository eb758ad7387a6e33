"""Ids nobody can guess, and what is kept of tokens."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
# Two digits at a time: many ids are made at once. In the order of ASCII, so that texts sort as times do.
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]
_TIME_BITS, _CHANCE_BITS = 50, 80


def new_id(prefix: str) -> str:
    """Give `prefix` and 20 base32 characters, 100 bits of chance, in lower case."""
    return prefix + base64.b32encode(secrets.token_bytes(13)).decode("ascii")[:20].lower()


def dated_id(prefix: str, now: datetime) -> str:
    """Give `prefix` and 26 characters: 10 of the time in milliseconds, then 80 bits of chance.

    Rows made together lie together in every index, so a store of any size takes them at one speed.
    """
    number = int(now.timestamp() * 1000) << _CHANCE_BITS | secrets.randbits(_CHANCE_BITS)
    bits = range(_TIME_BITS + _CHANCE_BITS - 10, -1, -10)
    return prefix + "".join([_PAIRS[number >> shift & 1023] for shift in bits])


def hash_of(token: str) -> str:
    """Give the stored form of a random token; it is long enough to need no key."""
    return hashlib.sha256(token.encode()).hexdigest()
