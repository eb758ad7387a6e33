"""Reads answers in tests: problems and their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

PROBLEM = "application/problem+json"


def body_of(answer: TestResponse) -> dict[str, Any]:
    """Give the JSON object an answer holds."""
    body = answer.get_json()
    assert isinstance(body, dict), answer.text
    return body


def refusal(answer: TestResponse) -> tuple[int, str]:
    """Give status and code of a refusal, having checked the shape every refusal has."""
    assert answer.mimetype == PROBLEM, answer.text
    body = body_of(answer)
    assert set(body) - {"errors"} == {"type", "title", "detail", "status", "code", "correlation_id"}
    assert body["type"] == "about:blank"
    assert body["status"] == answer.status_code
    assert body["correlation_id"] == answer.headers["X-Request-ID"]
    assert body["title"]
    assert body["detail"]
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.status_code, body["code"]
