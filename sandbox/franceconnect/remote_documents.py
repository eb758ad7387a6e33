"""What a service publishes for FranceConnect: its keys, and the list of its return addresses."""

from __future__ import annotations

import re
import threading
from datetime import datetime, timedelta
from typing import Any

import requests
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from sandbox.franceconnect.clock import ShiftedClock

TIMEOUT_S = 3.0
_KEPT_AT_LEAST = timedelta(seconds=60)
_MAX_AGE = re.compile(r"max-age=(\d{1,6})")


class UnreadableDocumentError(Exception):
    """The address gives no such document; its text says why."""


class RemoteDocuments:
    """Reads JSON over HTTP, without following redirects, and keeps keys as long as the service allows."""

    def __init__(self, clock: ShiftedClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[datetime, list[dict[str, Any]]]] = {}

    def clear(self) -> None:
        """Forget what was read."""
        with self._lock:
            self._kept.clear()

    def addresses(self, uri: str) -> list[str]:
        """The sector identifier document. Raises: UnreadableDocumentError."""
        found = _json(uri)[0]
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            raise UnreadableDocumentError("not a list of addresses")
        return found

    def keys(self, uri: str, use: str) -> list[Key]:
        """The public keys for this use. Raises: UnreadableDocumentError."""
        with self._lock:
            until, entries = self._kept.get(uri, (None, []))
        if until is None or until <= self._clock.now():
            entries = self._read(uri)
        return [key for entry in entries if entry.get("use", use) == use for key in _imported(entry)]

    def _read(self, uri: str) -> list[dict[str, Any]]:
        document, kept_for = _json(uri)
        entries = document.get("keys") if isinstance(document, dict) else None
        if not isinstance(entries, list):
            raise UnreadableDocumentError("not a set of keys")
        usable = [entry for entry in entries if isinstance(entry, dict)]
        with self._lock:
            self._kept[uri] = (self._clock.now() + max(kept_for, _KEPT_AT_LEAST), usable)
        return usable


def _json(uri: str) -> tuple[Any, timedelta]:
    try:
        answer = requests.get(uri, timeout=TIMEOUT_S, allow_redirects=False)
        if answer.status_code != 200:
            raise UnreadableDocumentError(f"answers {answer.status_code}")
        age = _MAX_AGE.search(answer.headers.get("Cache-Control", ""))
        return answer.json(), timedelta(seconds=int(age[1]) if age else 0)
    except (requests.RequestException, ValueError) as error:
        raise UnreadableDocumentError(type(error).__name__) from None


def _imported(entry: dict[str, Any]) -> list[Key]:
    try:
        return [JWKRegistry.import_key(entry)]
    except (JoseError, ValueError, TypeError):
        return []
