"""Signs reports so that anybody with our public key can tell them from altered ones.

Ed25519, under a key derived from the newest hash key: nothing more to keep, and it is backed up with it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bridge.adapters.secrets import derived_key
from bridge.errors import RequestError

_PURPOSE = "signed reports"


class Ed25519Seal:
    """The ReportSeal port."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {
            version: Ed25519PrivateKey.from_private_bytes(derived_key(secret, _PURPOSE))
            for version, secret in keys.items()
        }

    def public_keys(self) -> dict[str, str]:
        """Give the public keys by version, newest first, each 32 bytes in base64."""
        return {version: _public(key) for version, key in self._keys.items()}

    def sign(self, report: Mapping[str, Any]) -> str:
        """Give the report as JSON with a signature of its canonical form."""
        version, key = next(iter(self._keys.items()))
        signature = {
            "algorithm": "Ed25519",
            "key": version,
            "public_key": _public(key),
            "value": base64.b64encode(key.sign(_canonical(report))).decode(),
        }
        return json.dumps({"report": report, "signature": signature}, indent=2, ensure_ascii=False) + "\n"

    def verified(self, text: str) -> dict[str, Any]:
        """Give the report one of our keys signed. Raises: RequestError `report.signature`."""
        try:
            whole = json.loads(text)
            report, signature = whole["report"], whole["signature"]
            key = self._keys[signature["key"]].public_key()
            key.verify(base64.b64decode(signature["value"], validate=True), _canonical(report))
        except (KeyError, TypeError, ValueError, InvalidSignature):
            raise RequestError(
                "this is no report of ours, or it was altered", code="report.signature"
            ) from None
        return dict(report)


def _canonical(report: object) -> bytes:
    return json.dumps(report, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
