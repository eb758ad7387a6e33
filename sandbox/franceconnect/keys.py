"""Signing keys: an ES256 and an RS256 key in service, older ones kept for logout hints."""

from __future__ import annotations

import threading

from joserfc.jwk import ECKey, KeyParameters, KeySet, RSAKey

SigningKey = ECKey | RSAKey


def _pair(generation: int) -> dict[str, SigningKey]:
    suffix = "" if generation == 1 else f"-{generation}"
    options: dict[str, KeyParameters] = {
        alg: {"kid": f"pkcs11:{alg}:hsm{suffix}", "use": "sig", "alg": alg} for alg in ("ES256", "RS256")
    }
    return {
        "ES256": ECKey.generate_key("P-256", options["ES256"], private=True),
        "RS256": RSAKey.generate_key(2048, options["RS256"], private=True),
    }


class KeyRing:
    """Keys by generation; the last one signs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # A key id never serves twice, not even after a reset: clients may still hold the old key.
        self._made = 1
        self._generations = [_pair(self._made)]
        self._published_from = 0

    def signing_key(self, alg: str) -> SigningKey:
        """The key in service for `alg`."""
        return self._generations[-1][alg]

    def rotate(self, *, withdraw_previous: bool = False) -> list[str]:
        """Put a new pair in service and give its key ids; earlier keys stay published unless withdrawn."""
        with self._lock:
            self._made += 1
            pair = _pair(self._made)
            self._generations.append(pair)
            if withdraw_previous:
                self._published_from = len(self._generations) - 1
        return [str(key.kid) for key in pair.values()]

    def reset(self) -> None:
        """Back to the first pair."""
        with self._lock:
            self._generations = self._generations[:1]
            self._published_from = 0

    def jwks(self) -> dict[str, list[dict[str, object]]]:
        """The public document, ES256 before RS256, newest first."""
        published = reversed(self._generations[self._published_from :])
        return {"keys": [dict(key.as_dict(private=False)) for pair in published for key in pair.values()]}

    def ever_used(self) -> KeySet:
        """Every key that ever signed: a logout hint may be older than the last rotation."""
        return KeySet([key for pair in self._generations for key in pair.values()])
