"""Signs our provider's tokens with keys that lie sealed in the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from bridge.domain.portal import PortalKey
from bridge.errors import ConfigurationError
from bridge.usecases.ports import Clock, Store, Vault

ALGORITHM = "RS256"
"""The one every relying party must be able to check. Source: OpenID Connect Discovery, section 3."""
KEY_BITS = 3072
KID_PREFIX = "bridge-"
"""So that a key of ours is never taken for one of FranceConnect's."""
PURPOSE = "portal-key"
_MOST_TOKEN_CHARS = 8_192


class JoseTokens:
    """The `TokenSigner` port. Which key signs is read each time, for another process may have rotated."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._opened: dict[str, RSAKey] = {}
        self._public: dict[str, RSAKey] = {}

    def sign(self, kind: str, claims: Mapping[str, Any]) -> str:
        """Give the token."""
        key = self._current()
        if key.kid not in self._opened:
            private = json.loads(self._vault.open(PURPOSE, key.sealed_private_key))
            self._opened = {key.kid: RSAKey.import_key(private)}
        header = {"alg": ALGORITHM, "typ": kind, "kid": key.kid}
        return jwt.encode(header, dict(claims), self._opened[key.kid], algorithms=[ALGORITHM])

    def claims(self, kind: str, token: str) -> Mapping[str, Any] | None:
        """Give what a token of ours says; None for any other. Its times are the caller's to check."""
        if not token.isascii() or len(token) > _MOST_TOKEN_CHARS:
            return None
        by_id = {key.kid: key for key in self._published()}

        def named(holder: Any) -> RSAKey:
            kid = holder.headers().get("kid")
            if not isinstance(kid, str) or kid not in by_id:
                raise ValueError("not one of our keys")
            return self._verifying(by_id[kid])

        try:
            found = jwt.decode(token, named, algorithms=[ALGORITHM])
        except (JoseError, ValueError, TypeError):
            return None
        return found.claims if found.header.get("typ") == kind else None

    def published(self) -> tuple[Mapping[str, str], ...]:
        """Give the public keys."""
        self._current()
        return tuple({**key.public_key, "use": "sig", "alg": ALGORITHM} for key in self._published())

    def rotate(self, *, withdraw_old: bool = False) -> str:
        """Sign with a new key from now on; give its id."""
        key = self._made()
        with self._store.begin() as tx:
            tx.portal_keys.replace(key, self._clock.now())
            if withdraw_old:
                tx.portal_keys.withdraw_retired()
        return key.kid

    def refuse_shared(self, files: Mapping[str, str]) -> None:
        """Refuse to start on a key that also speaks for us elsewhere. `files` are paths by setting.

        Raises: ConfigurationError naming the setting.
        """
        given = {setting: Path(path) for setting, path in files.items() if path}
        ours = {key.public_key["n"] for key in self._published()} if given else set()
        for setting, path in given.items():
            if _modulus(path) in ours:
                raise ConfigurationError(
                    f"{setting}: this key also signs the tokens of our own provider; run bridge keys rotate"
                )

    def _current(self) -> PortalKey:
        with self._store.read() as tx:
            key = tx.portal_keys.current()
        if key is not None:
            return key
        made = self._made()
        with self._store.begin() as tx:
            # Another process may have been first.
            if (other := tx.portal_keys.current()) is not None:
                return other
            tx.portal_keys.replace(made, self._clock.now())
        return made

    def _published(self) -> tuple[PortalKey, ...]:
        with self._store.read() as tx:
            return tx.portal_keys.published(self._clock.now())

    def _verifying(self, key: PortalKey) -> RSAKey:
        """Reading a key takes longer than a check; its name is its thumbprint, so it never changes."""
        if key.kid not in self._public:
            self._public = {**self._public, key.kid: RSAKey.import_key(dict(key.public_key))}
        return self._public[key.kid]

    def _made(self) -> PortalKey:
        key = RSAKey.generate_key(KEY_BITS, private=True)
        kid = KID_PREFIX + key.thumbprint()
        sealed = self._vault.seal(PURPOSE, json.dumps(key.as_dict(private=True)))
        public = {name: str(value) for name, value in key.as_dict(private=False).items()}
        return PortalKey(kid, sealed, {**public, "kid": kid}, self._clock.now())


def _modulus(file: Path) -> str | None:
    """Give the modulus of an RSA key in a PEM file as a JWK writes it; None for another kind."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPrivateKey):
        return None
    return str(RSAKey.import_key(file.read_bytes()).as_dict(private=False)["n"])
