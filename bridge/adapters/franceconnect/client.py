"""The port IdentityProvider, on FranceConnect v2."""

from __future__ import annotations

from urllib.parse import urlencode

import requests

from bridge.adapters.franceconnect.claims import certified_person, display_name
from bridge.adapters.franceconnect.code_exchange import exchanged, oauth_session
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.discovery import Discovery
from bridge.adapters.franceconnect.keys import KeyRing
from bridge.adapters.franceconnect.tokens import TokenRules
from bridge.adapters.franceconnect.userinfo import userinfo
from bridge.adapters.franceconnect.wire import LIMITS, document
from bridge.adapters.outbound import open_session
from bridge.usecases.ports import Clock, Identified


class FranceConnect:
    """One registration at FranceConnect; safe to share between threads."""

    def __init__(
        self, config: FranceConnectConfig, clock: Clock, session: requests.Session | None = None
    ) -> None:
        self._config = config
        self._session = session or open_session(LIMITS)
        self._discovery = Discovery(config.issuer, self._document)
        keys = KeyRing(config.signing_alg, self._published_keys, clock)
        self._rules = TokenRules(config, keys, clock)

    def authorization_url(self, state: str, nonce: str) -> str:
        """Give the address to send the browser to; a parameter FranceConnect does not list is a dead end.

        Raises: TransientError, PermanentError.
        """
        endpoint = self._discovery.endpoints().authorization
        client = oauth_session(self._config, self._session)
        url, _ = client.create_authorization_url(
            endpoint, state=state, nonce=nonce, acr_values=self._config.acr
        )
        return str(url)

    def identify(self, code: str, nonce: str) -> Identified:
        """Exchange a code, once, and check everything it brings.

        Raises: SignInError, AssuranceError, TransientError, PermanentError.
        """
        endpoints = self._discovery.endpoints()
        tokens = exchanged(oauth_session(self._config, self._session), endpoints.token, code)
        proof = self._rules.authentication(tokens.id_token, nonce, tokens.access_token)
        claims = userinfo(self._session, endpoints.userinfo, tokens.access_token, proof.subject, self._rules)
        person = certified_person(claims, proof, self._config.issuer)
        return Identified(person, display_name(person), tokens.id_token)

    def logout_url(self, id_token: str, state: str) -> str:
        """Give the address that ends FranceConnect's own session; the hint stays good after its expiry.

        Raises: TransientError, PermanentError.
        """
        parameters = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": self._config.post_logout_redirect_uri,
        }
        return f"{self._discovery.endpoints().end_session}?{urlencode(parameters)}"

    def _document(self, address: str) -> bytes:
        return document(self._session, address)

    def _published_keys(self) -> bytes:
        return document(self._session, self._discovery.endpoints().jwks)
