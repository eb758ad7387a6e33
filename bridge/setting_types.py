"""The kinds of value a setting can have beyond plain text."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_KEY_BYTES = 32
# The prefix and the least size Standard Webhooks gives a secret.
_STANDARD, _STANDARD_BYTES = "whsec_", 24


def is_protected(address: str) -> bool:
    """Tell whether nobody on the way can read or change what goes to this address."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


class Address(fields.String):
    """An absolute http(s) address without trailing slash, user, query or fragment."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _is_plain(text):
            raise ValidationError("expected an address like https://demarches.ville.fr, no trailing slash.")
        if not is_protected(text):
            raise ValidationError("expected https:// (http:// is for this machine's own addresses).")
        return text


class OptionalAddress(Address):
    """An address, or nothing."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        return "" if value == "" else super()._deserialize(value, attr, data, **kwargs)


class Words(fields.Field[frozenset[str]]):
    """Words separated by spaces, each among `known` when given."""

    def __init__(self, known: frozenset[str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._known = known

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002 - marshmallow's signature
        **kwargs: Any,  # noqa: ARG002 - marshmallow's signature
    ) -> frozenset[str]:
        words = frozenset(str(value).split())
        if self._known is not None and not words <= self._known:
            raise ValidationError(f"expected words among: {' '.join(sorted(self._known))}.")
        return words


class KeyRing(fields.Field[dict[str, bytes]]):
    """Versioned keys of 32 bytes, newest first: `v2:<64 hex digits> v1:<64 hex digits>`."""

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002 - marshmallow's signature
        **kwargs: Any,  # noqa: ARG002 - marshmallow's signature
    ) -> dict[str, bytes]:
        keys: dict[str, bytes] = {}
        for item in str(value).split():
            version, _, digits = item.partition(":")
            if version in keys:
                raise ValidationError("expected each version once.")
            keys[version] = _bytes_of(digits) if version else b""
        if not keys or any(len(key) != _KEY_BYTES for key in keys.values()):
            raise ValidationError("expected v1:<64 hex digits>; make one with: openssl rand -hex 32.")
        return keys


class SourceSecrets(fields.Field[dict[str, tuple[bytes, ...]]]):
    """Secrets by source, in hex or as Standard Webhooks writes them: `voirie:<hex> voirie:whsec_<base64>`."""

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002 - marshmallow's signature
        **kwargs: Any,  # noqa: ARG002 - marshmallow's signature
    ) -> dict[str, tuple[bytes, ...]]:
        secrets: dict[str, tuple[bytes, ...]] = {}
        for item in str(value).split():
            source, _, written = item.partition(":")
            secret = _secret_of(written)
            if not secret:
                raise ValidationError(
                    "expected source:<64 hex digits or more> or source:whsec_<base64 of 24 bytes or more>, "
                    "separated by spaces."
                )
            secrets[source] = (*secrets.get(source, ()), secret)
        return secrets


def _is_plain(text: str) -> bool:
    """Whether an address has a host, and nothing that would not survive being built upon."""
    try:
        parts = urlsplit(text)
        # Reading the port is what checks it.
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return False
    return bool(known) and not ("@" in parts.netloc or parts.query or parts.fragment or text.endswith("/"))


def _secret_of(written: str) -> bytes:
    """Give the bytes of a secret; none when it is not one, or a short one."""
    if not written.startswith(_STANDARD):
        secret, least = _bytes_of(written), _KEY_BYTES
    else:
        try:
            secret, least = b64decode(written.removeprefix(_STANDARD), validate=True), _STANDARD_BYTES
        except ValueError:
            return b""
    return secret if len(secret) >= least else b""


def _bytes_of(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
