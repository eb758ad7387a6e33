"""Wraps a signed token for the service that will read it, or the way an ordered fault wants. FC+ only."""

from __future__ import annotations

from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, Key, RSAKey

from sandbox.franceconnect.clients import Client
from sandbox.franceconnect.errors import WireError
from sandbox.franceconnect.remote_documents import UnreadableDocumentError
from sandbox.franceconnect.state import Sandbox

ENCRYPTION = "A256GCM"
ALGORITHMS = ("ECDH-ES", "RSA-OAEP", "RSA-OAEP-256")
_OTHER = "A128GCM"


def encrypted(token: str, client: Client, sandbox: Sandbox, fault: str = "") -> str:
    """A compact JWE around the JWS.

    `fault`: "", jwe_absent, jwe_other_enc, jwe_no_cty, jwe_unknown_kid or jwe_other_key.
    Raises: WireError when the service publishes no key that fits its registration.
    """
    if fault == "jwe_absent":
        return token
    key = _key(client, sandbox)
    encryption = _OTHER if fault == "jwe_other_enc" else ENCRYPTION
    header = {
        "alg": client.encryption_alg,
        "enc": encryption,
        "cty": "JWT",
        "kid": "key-of-nobody" if fault == "jwe_unknown_kid" else key.kid,
        "iss": sandbox.issuer,
        "aud": client.client_id,
    }
    if fault == "jwe_no_cty":
        del header["cty"]
    if fault == "jwe_other_key":
        key = _stranger(key)
    registry = JWERegistry(algorithms=[client.encryption_alg, encryption], strict_check_header=False)
    return jwe.encrypt_compact(header, token.encode(), key, registry=registry)


def _key(client: Client, sandbox: Sandbox) -> Key:
    kind = ECKey if client.encryption_alg == "ECDH-ES" else RSAKey
    try:
        published = sandbox.documents.keys(client.jwks_uri, "enc")
    except UnreadableDocumentError as error:
        raise _no_key(f"failed to be refreshed: {error}") from None
    fitting = [key for key in published if isinstance(key, kind)]
    if not fitting:
        raise _no_key("has no suitable key")
    return fitting[0]


def _stranger(key: Key) -> Key:
    return ECKey.generate_key("P-256") if isinstance(key, ECKey) else RSAKey.generate_key(2048)


def _no_key(why: str) -> WireError:
    return WireError(400, "invalid_client_metadata", f"client JSON Web Key Set {why}")
