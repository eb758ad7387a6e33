"""Our own encryption keys: made here, published for FranceConnect+, renewed without losing a sign-in."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey, JWKRegistry, Key, RSAKey

from bridge.errors import TransientError
from bridge.usecases.ports import Clock, ServiceKeys, Store

RSA_BITS = 3072


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The keys of one registration. They live in SQL, so every process opens with them at once.

    Each generation has one key of either kind, for the town chooses the encryption when it registers.
    """

    store: Store
    clock: Clock
    purpose: str

    def published(self) -> list[Mapping[str, Any]]:
        """Give the public keys to encrypt with, the newest generation alone; made now if there is none."""
        found = self.generations()
        newest = found[0] if found else self._first()
        return list(newest.public_keys)

    def private(self, kid: object) -> Key | None:
        """Give the key of this name, in use or lately retired."""
        for generation in self.generations():
            for entry in json.loads(generation.private_jwks)["keys"]:
                if entry["kid"] == kid:
                    return JWKRegistry.import_key(entry)
        return None

    def rotate(self) -> ServiceKeys:
        """Give a new generation, from now on the one published; what the last one opens, it opens for a day.

        Raises: TransientError when another process rotates at the same moment.
        """
        return self._added(made(self.purpose, self._newest() + 1, self.clock))

    def generations(self) -> tuple[ServiceKeys, ...]:
        """Give what still opens, newest first."""
        with self.store.read() as tx:
            return tx.service_keys.usable(self.purpose, self.clock.now())

    def _newest(self) -> int:
        return max((each.generation for each in self.generations()), default=0)

    def _first(self) -> ServiceKeys:
        try:
            return self._added(made(self.purpose, 1, self.clock))
        except TransientError:
            # Two processes start together, and one of them was first.
            if found := self.generations():
                return found[0]
            raise

    def _added(self, keys: ServiceKeys) -> ServiceKeys:
        with self.store.begin() as tx:
            tx.service_keys.add(self.purpose, keys)
        return keys


def made(purpose: str, generation: int, clock: Clock) -> ServiceKeys:
    """Give a generation of fresh keys: P-256 for ECDH-ES, RSA for the two RSA-OAEP."""
    name = f"{purpose}-{generation}-{secrets.token_hex(4)}"
    elliptic = ECKey.generate_key("P-256", {"kid": f"{name}-ec", "use": "enc", "alg": "ECDH-ES"})
    # Without `alg`: the same key serves RSA-OAEP and RSA-OAEP-256.
    modular = RSAKey.generate_key(RSA_BITS, {"kid": f"{name}-rsa", "use": "enc"})
    keys = (elliptic, modular)
    return ServiceKeys(
        id=name,
        generation=generation,
        private_jwks=json.dumps({"keys": [key.as_dict(private=True) for key in keys]}),
        public_keys=tuple(key.as_dict(private=False) for key in keys),
        created_at=clock.now(),
    )
