"""The port IdentityProvider, on FranceConnect v2 and on FranceConnect+."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import requests

from bridge.adapters.franceconnect.claims import certified_person, display_name
from bridge.adapters.franceconnect.clock_skew import ClockSkew
from bridge.adapters.franceconnect.code_exchange import exchanged, oauth_session
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.discovery import DISCOVERY_PATH, Discovery
from bridge.adapters.franceconnect.encryption import signed_inside
from bridge.adapters.franceconnect.keys import KeyRing
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.franceconnect.tokens import TokenRules
from bridge.adapters.franceconnect.userinfo import userinfo
from bridge.adapters.franceconnect.wire import LIMITS, document, fetched
from bridge.adapters.outbound import open_session
from bridge.errors import ConfigurationError
from bridge.usecases.ports import Clock, Identified

_AMR_CLAIM = json.dumps({"id_token": {"amr": {"essential": True}}}, separators=(",", ":"))


class FranceConnect:
    """One registration; safe to share between threads. `own_keys` open what FranceConnect+ encrypts."""

    def __init__(
        self,
        config: FranceConnectConfig,
        clock: Clock,
        session: requests.Session | None = None,
        own_keys: OwnKeys | None = None,
    ) -> None:
        self.config = config
        self.clock_skew = ClockSkew(config.door, clock)
        self._clock = clock
        self._own_keys = own_keys
        self._session = session or open_session(LIMITS)
        self._discovery = Discovery(config.issuer, self._document)
        keys = KeyRing(config.signing_alg, self._published_keys, clock)
        self._rules = TokenRules(config, keys, clock, self.clock_skew, _unwrapping(config, own_keys))

    def authorization_url(self, state: str, nonce: str) -> str:
        """Give the address to send the browser to; a parameter FranceConnect does not list is a dead end.

        Raises: TransientError, PermanentError.
        """
        endpoint = self._discovery.endpoints().authorization
        client = oauth_session(self.config, self._session)
        asked = {"acr_values": self.config.acr} | ({"claims": _AMR_CLAIM} if self.config.asks_amr else {})
        url, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, **asked)
        return str(url)

    def identify(self, code: str, nonce: str) -> Identified:
        """Exchange a code, once, and check everything it brings.

        Raises: SignInError, AssuranceError, TransientError, PermanentError.
        """
        endpoints = self._discovery.endpoints()
        asked_at = self._clock.now()
        client = oauth_session(self.config, self._session)
        tokens = exchanged(client, endpoints.token, code, self._assertion())
        id_token = self._rules.unwrap(tokens.id_token)
        proof = self._rules.authentication(id_token, nonce, tokens.access_token, asked_at)
        claims = userinfo(self._session, endpoints.userinfo, tokens.access_token, proof.subject, self._rules)
        person = certified_person(claims, proof, self.config)
        return Identified(person, display_name(person), id_token)

    def logout_url(self, id_token: str, state: str) -> str:
        """Give the address that ends FranceConnect's own session; the hint stays good after its expiry.

        Raises: TransientError, PermanentError.
        """
        parameters = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": self.config.post_logout_redirect_uri,
        }
        return f"{self._discovery.endpoints().end_session}?{urlencode(parameters)}"

    def published_keys(self) -> list[Mapping[str, Any]]:
        """Give our public keys for FranceConnect: to verify our assertions, to encrypt for us."""
        signing = [self.config.client_key.published()] if self.config.client_key else []
        return [*signing, *(self._own_keys.published() if self._own_keys else [])]

    def clock_skew_now(self) -> float | None:
        """Ask for the time and give the difference in seconds, None when it does not tell.

        Raises: TransientError.
        """
        asked_at = self._clock.now()
        answer = fetched(self._session, self.config.issuer + DISCOVERY_PATH)
        self.clock_skew.saw_header(answer.headers.get("Date"), asked_at)
        return self.clock_skew.seconds

    def _assertion(self) -> str | None:
        config = self.config
        # For the issuer alone: an audience that varies could be another server's.
        key = config.client_key
        return key.assertion(config.client_id, config.issuer, self._clock) if key else None

    def _document(self, address: str) -> bytes:
        return document(self._session, address)

    def _published_keys(self) -> bytes:
        return document(self._session, self._discovery.endpoints().jwks)


def _unwrapping(config: FranceConnectConfig, own_keys: OwnKeys | None) -> Callable[[str], str]:
    """What takes a token out of its encryption; where FranceConnect+ encrypts, never nothing."""
    if not config.is_plus:
        return str
    if own_keys is None:
        raise ConfigurationError("FranceConnect+ cannot be offered without keys of our own")
    return partial(signed_inside, own_keys=own_keys)
