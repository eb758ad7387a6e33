"""The public keys of FranceConnect, read again when it renews them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey

from bridge.adapters.franceconnect.config import SYSTEM
from bridge.adapters.franceconnect.strict_json import json_object
from bridge.errors import SignInError, TransientError
from bridge.usecases.ports import Clock

REFETCH_AFTER = timedelta(minutes=1)
KEPT_FOR = timedelta(hours=1)
MIN_RSA_BITS = 2048
_NEVER_PUBLIC = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))


class KeyRing:
    """The keys that fit the registered algorithm, shared by all sign-ins of the process.

    `fetch` gives the body of the JWKS, or raises TransientError. The last good set outlives a failure.
    """

    def __init__(self, algorithm: str, fetch: Callable[[], bytes], clock: Clock) -> None:
        self._algorithm = algorithm
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: tuple[Key, ...] = ()
        self._read_at: datetime | None = None
        self._asked_again_at: datetime | None = None

    def key(self, kid: str | None) -> Key:
        """Give the one key of this name; without a name, the only one there is.

        Raises: SignInError `login.kid`; TransientError when the keys are needed and cannot be read.
        """
        just_read = self._read_at is None
        if just_read:
            # Without the lock: nobody waits in line behind an endpoint that does not answer.
            self._read()
        with self._lock:
            just_read = self._renewed_when_old() or just_read
            found = self._matching(kid)
            if found is None and kid is not None and not just_read and self._may_ask_again():
                self._read()
                found = self._matching(kid)
        if found is None:
            raise SignInError("the token names no key of the provider", code="login.kid")
        return found

    def replaced(self, kid: str | None, key: Key) -> Key | None:
        """Give the key that took this one's name meanwhile; asks at most once a minute."""
        with self._lock:
            if self._may_ask_again():
                self._tried()
            found = self._matching(kid)
        return found if found is not key else None

    def _renewed_when_old(self) -> bool:
        is_old = self._read_at is not None and self._clock.now() - self._read_at > KEPT_FOR
        return is_old and self._may_ask_again() and self._tried()

    def _may_ask_again(self) -> bool:
        now = self._clock.now()
        if self._asked_again_at is not None and now - self._asked_again_at < REFETCH_AFTER:
            return False
        self._asked_again_at = now
        return True

    def _tried(self) -> bool:
        try:
            self._read()
        except TransientError:
            return False
        return True

    def _read(self) -> None:
        self._keys = _usable(self._fetch(), self._algorithm)
        self._read_at = self._clock.now()

    def _matching(self, kid: str | None) -> Key | None:
        found = [key for key in self._keys if kid is None or key.kid == kid]
        return found[0] if len(found) == 1 else None


def _usable(body: bytes, algorithm: str) -> tuple[Key, ...]:
    """Give the keys that can verify this algorithm. Raises: TransientError when there is none."""
    try:
        listed = json_object(body).get("keys")
    except ValueError:
        listed = None
    entries = listed if isinstance(listed, list) else []
    keys = tuple(key for entry in entries if (key := _imported(entry, algorithm)) is not None)
    if not keys:
        raise TransientError(
            "the provider publishes no key we can use", system=SYSTEM, code="login.unavailable"
        )
    return keys


def _imported(entry: Any, algorithm: str) -> Key | None:
    """Give the key, or None for one that is secret, private, for another use, or not understood."""
    if not isinstance(entry, dict) or not _NEVER_PUBLIC.isdisjoint(entry):
        return None
    if entry.get("alg", algorithm) != algorithm or entry.get("use", "sig") != "sig":
        return None
    operations = entry.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    try:
        key = JWKRegistry.import_key(entry)
    except (JoseError, ValueError, TypeError):
        return None
    return key if _fits(key, algorithm) else None


def _fits(key: Key, algorithm: str) -> bool:
    if algorithm == "ES256":
        return isinstance(key, ECKey) and key.curve_name == "P-256"
    return isinstance(key, RSAKey) and key.public_key.key_size >= MIN_RSA_BITS
