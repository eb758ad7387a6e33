"""Cursors are JSON objects, and content has one name wherever it comes from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from bridge.domain.synchronisation import SourceRecord

MOST_RECORDS = 1_000
"""Records of one delivery."""


def read_cursor(text: str | None) -> dict[str, object]:
    """Give what was noted; nothing when the cursor is of another transport, which starts the source again."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def write_cursor(noted: Mapping[str, object]) -> str:
    """Give the same text for the same facts."""
    return json.dumps(noted, sort_keys=True, separators=(",", ":"))


def content_key(records: Sequence[SourceRecord]) -> str:
    """Give the SHA-256 of what the records say, wherever they stood."""
    return digest([record.values for record in records])


def digest(content: object) -> str:
    """Give the SHA-256 of a value that JSON can write."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
