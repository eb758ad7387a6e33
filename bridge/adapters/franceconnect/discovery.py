"""Where FranceConnect's endpoints are, as it says itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bridge.adapters.franceconnect.config import SYSTEM, origin
from bridge.adapters.franceconnect.strict_json import json_object
from bridge.errors import PermanentError

DISCOVERY_PATH = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The five addresses a sign-in and a sign-out need."""

    authorization: str
    token: str
    userinfo: str
    jwks: str
    end_session: str


class Discovery:
    """The endpoints, read at first use and kept.

    `fetch` gives the body found at an address, or raises TransientError.
    """

    def __init__(self, issuer: str, fetch: Callable[[str], bytes]) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._endpoints: Endpoints | None = None

    def endpoints(self) -> Endpoints:
        """Give the endpoints.

        Raises: TransientError; PermanentError `login.provider` for a wrong document.
        """
        # Without a lock: two first readers find the same, and none waits in line behind a dead host.
        if self._endpoints is None:
            self._endpoints = self._checked(self._fetch(self._issuer + DISCOVERY_PATH))
        return self._endpoints

    def _checked(self, body: bytes) -> Endpoints:
        try:
            document = json_object(body)
        except ValueError as error:
            raise _wrong("is not readable") from error
        if document.get("issuer") != self._issuer:
            raise _wrong("names another issuer")
        return Endpoints(
            authorization=self._address(document, "authorization_endpoint"),
            token=self._address(document, "token_endpoint"),
            userinfo=self._address(document, "userinfo_endpoint"),
            jwks=self._address(document, "jwks_uri"),
            end_session=self._address(document, "end_session_endpoint"),
        )

    def _address(self, document: Mapping[str, Any], name: str) -> str:
        """Our secret, codes and tokens go to these addresses, so they must be the issuer's own."""
        address = document.get(name)
        if not isinstance(address, str) or origin(address) != origin(self._issuer):
            raise _wrong(f"has no {name} of its own")
        return address


def _wrong(what: str) -> PermanentError:
    return PermanentError(f"the provider's discovery document {what}", system=SYSTEM, code="login.provider")
