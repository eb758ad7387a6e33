"""Who may call: HTTP Basic of an API client, or a query string signed with a shared key.

Source: w.c.s., wcs/api_utils.py (is_url_signed): HMAC over what precedes `&signature=`, thirty seconds, a
nonce used once.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from flask import Request

CLIENT = "pont-citoyen"
PASSWORD = "cle-de-client-d-essai"  # noqa: S105 - a stand-in's own
CALLER = "pont.ville.example"
KEY = "cle-partagee-d-essai"
LASTS = timedelta(seconds=30)


class AccessError(Exception):
    """The call is refused, with the platform's own words."""


class Gate:
    """Remembers the nonces it has seen; `now` is the time of this machine, as callers sign by it."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._seen: set[str] = set()
        self._lock = Lock()

    def check(self, request: Request) -> None:
        """Raises: AccessError unless the call is signed, or made by the API client."""
        if request.args.get("signature"):
            self._check_signature(request)
            return
        given = request.authorization
        if given is None or given.type != "basic" or not _same(given.username, CLIENT):
            raise AccessError("user not authenticated")
        if not _same(given.password, PASSWORD):
            raise AccessError("invalid authorization")

    def _check_signature(self, request: Request) -> None:
        if request.args.get("orig") != CALLER:
            raise AccessError("Invalid orig.")
        algorithm = request.args.get("algo", "")
        if algorithm not in {"sha1", "sha256", "sha512"}:
            raise AccessError("Invalid algo.")
        signed = request.query_string.decode().partition("&signature=")[0]
        expected = b64encode(hmac.new(KEY.encode(), signed.encode(), getattr(hashlib, algorithm)).digest())
        if not _same(request.args["signature"], expected.decode()):
            raise AccessError("Invalid signature.")
        self._check_time(request.args.get("timestamp", ""))
        self._use(request.args.get("nonce", ""))

    def _check_time(self, text: str) -> None:
        try:
            at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise AccessError("Invalid timestamp field.") from error
        if abs(self._now() - at) > LASTS:
            raise AccessError("timestamp is more than 30 seconds in the past or in the future")

    def _use(self, nonce: str) -> None:
        with self._lock:
            if nonce and nonce in self._seen:
                raise AccessError("Nonce already used.")
            self._seen.add(nonce)


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())
