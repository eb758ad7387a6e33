"""How the org is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from bridge.errors import ConfigurationError
from bridge.setting_types import LOOPBACK, is_protected

SYSTEM = "salesforce"
_VERSION = re.compile(r"[1-9]\d\.0")


@dataclass(frozen=True, slots=True)
class SalesforceConfig:
    """One connected app: with `username` and `private_key_pem` the JWT bearer flow, else client credentials.

    `instance_suffixes` are the hosts an org may live on; `audience` is `login_url` unless another is given.
    Raises: ConfigurationError. Source: Salesforce, OAuth 2.0 JWT bearer flow; client credentials flow.
    """

    login_url: str
    consumer_key: str
    consumer_secret: str | None = field(default=None, repr=False)
    username: str | None = None
    private_key_pem: str | None = field(default=None, repr=False)
    api_version: str = "62.0"
    instance_suffixes: tuple[str, ...] = (".salesforce.com",)
    audience: str | None = None

    def __post_init__(self) -> None:
        if not is_protected(self.login_url):
            raise ConfigurationError("BRIDGE_SALESFORCE_LOGIN_URL: must be an https address")
        if not _VERSION.fullmatch(self.api_version):
            raise ConfigurationError("BRIDGE_SALESFORCE_API_VERSION: must look like 62.0")
        if bool(self.username) != bool(self.private_key_pem):
            raise ConfigurationError(
                "BRIDGE_SALESFORCE_USERNAME and BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: give both or neither"
            )
        if not (self.consumer_secret or self.private_key_pem):
            raise ConfigurationError(
                "BRIDGE_SALESFORCE_CONSUMER_SECRET or BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: one is needed"
            )

        if self.private_key_pem and not _is_private_key(self.private_key_pem):
            raise ConfigurationError("BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: must be an RSA private key in PEM")

    def allows_instance(self, address: str) -> bool:
        """Tell whether the org may live here; a stand-in on loopback only when its login is there too."""
        parts, login = urlsplit(address), urlsplit(self.login_url)
        if parts.hostname in LOOPBACK:
            return login.hostname in LOOPBACK
        host = f".{parts.hostname or ''}"
        return parts.scheme == "https" and any(host.endswith(suffix) for suffix in self.instance_suffixes)


def _is_private_key(pem: str) -> bool:
    try:
        return RSAKey.import_key(pem).is_private
    except (JoseError, ValueError, TypeError):
        return False
