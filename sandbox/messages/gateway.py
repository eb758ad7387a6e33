"""An SMS gateway: POST /sms/messages {"to": "+336…", "text": "…"} with a bearer token."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.messages.faults import Faults
from sandbox.messages.inbox import Inbox

PATH = "/sms/messages"
LONGEST_TEXT = 459
"""Three parts of a long message, where most contracts stop."""
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_RETRY_AFTER_S = 30


def gateway(inbox: Inbox, faults: Faults, token: str) -> Blueprint:
    """Give its one route."""
    routes = Blueprint("gateway", __name__)

    @routes.post(PATH)
    def send() -> Response | tuple[Response, int]:
        if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {token}"):
            return _refused(401, "invalid_token")
        if faults.spend("sms_429"):
            refusal, status = _refused(429, "too_many_requests")
            refusal.headers["Retry-After"] = str(_RETRY_AFTER_S)
            return refusal, status
        if faults.spend("sms_503"):
            return _refused(503, "unavailable")
        if not request.is_json:
            return _refused(415, "unsupported_media_type")
        body: Any = request.get_json(silent=True)
        if fault := _fault(body):
            return _refused(400, fault)
        inbox.take("sms", body["to"], "", body["text"])
        return jsonify(id=secrets.token_hex(8), parts=-(-len(body["text"]) // 153)), 202

    return routes


def _fault(body: object) -> str | None:
    if not isinstance(body, dict) or set(body) != {"to", "text"}:
        return "invalid_body"
    if not isinstance(body["to"], str) or not _E164.fullmatch(body["to"]):
        return "invalid_recipient"
    good = isinstance(body["text"], str) and 0 < len(body["text"]) <= LONGEST_TEXT
    return None if good else "invalid_text"


def _refused(status: int, error: str) -> tuple[Response, int]:
    return jsonify(error=error), status
