"""Answers in JSON, written as the representations give them: no second walk through a schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response


def json_answer(content: Mapping[str, Any]) -> Response:
    """Give the answer that holds a resource; days and instants as RFC 3339 writes them."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=_written)
    return Response(text, mimetype="application/json")


def _written(value: object) -> str:
    if isinstance(value, date):  # an instant is a date too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
