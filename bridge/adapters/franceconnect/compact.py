"""The head of a compact token, read before anything in it is believed."""

from __future__ import annotations

import base64
from typing import Any

from bridge.adapters.franceconnect.strict_json import json_object


def decoded(segment: str) -> dict[str, Any]:
    """Give the object in a segment. Raises: ValueError for anything else."""
    return json_object(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
