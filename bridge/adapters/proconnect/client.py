"""The port AgentProvider, on ProConnect."""

from __future__ import annotations

from urllib.parse import urlencode

import requests
from authlib.integrations.requests_client import OAuth2Session

from bridge.adapters.franceconnect.clock_skew import ClockSkew
from bridge.adapters.franceconnect.code_exchange import exchanged
from bridge.adapters.franceconnect.discovery import Discovery
from bridge.adapters.franceconnect.keys import KeyRing
from bridge.adapters.franceconnect.tokens import TokenRules
from bridge.adapters.franceconnect.userinfo import userinfo
from bridge.adapters.franceconnect.wire import LIMITS, document
from bridge.adapters.outbound import open_session
from bridge.adapters.proconnect.claims import identified_agent
from bridge.adapters.proconnect.config import SYSTEM, ProConnectConfig
from bridge.adapters.proconnect.naming import faults_of_proconnect
from bridge.domain.agent import IdentifiedAgent
from bridge.usecases.ports import Clock

ANOTHER_ACCOUNT = "login"
_LEEWAY_S = 5


class ProConnect:
    """One registration at ProConnect; safe to share between threads.

    Its rules for what is signed, its key ring and its limits are FranceConnect's own: the two federations
    share their code. What differs: PKCE is accepted and used, levels have other names, tokens live longer.
    """

    def __init__(
        self, config: ProConnectConfig, clock: Clock, session: requests.Session | None = None
    ) -> None:
        self.config = config
        self._session = session or open_session(LIMITS)
        self._discovery = Discovery(config.issuer, self._document)
        self._clock = clock
        keys = KeyRing(config.signing_alg, self._published_keys, clock)
        self._rules = TokenRules(config, keys, clock, ClockSkew(SYSTEM, clock), unwrap=str)

    def authorization_url(
        self, state: str, nonce: str, verifier: str, *, another_account: bool = False
    ) -> str:
        """Give the address to send the browser to; it holds the challenge of the verifier, never it.

        `another_account` has ProConnect ask who is there although somebody is signed in with it.
        Raises: TransientError, PermanentError.
        """
        asked = {"state": state, "nonce": nonce, "acr_values": self.config.acr, "code_verifier": verifier}
        with faults_of_proconnect():
            endpoint = self._discovery.endpoints().authorization
        prompt = {"prompt": ANOTHER_ACCOUNT} if another_account else {}
        url, _ = self._oauth_session().create_authorization_url(endpoint, **asked, **prompt)
        return str(url)

    def identify(self, code: str, nonce: str, verifier: str) -> tuple[IdentifiedAgent, str]:
        """Exchange a code, once, and check everything it brings; give the agent and the ID token.

        Raises: SignInError, AssuranceError, TransientError, PermanentError.
        """
        with faults_of_proconnect():
            endpoints = self._discovery.endpoints()
            asked_at = self._clock.now()
            tokens = exchanged(self._oauth_session(), endpoints.token, code, None, verifier)
            proof = self._rules.authentication(tokens.id_token, nonce, tokens.access_token, asked_at)
            claims = userinfo(
                self._session, endpoints.userinfo, tokens.access_token, proof.subject, self._rules
            )
        return identified_agent(claims, proof.subject, self.config.issuer), tokens.id_token

    def logout_url(self, id_token: str, state: str) -> str:
        """Give the address that ends ProConnect's own session. Raises: TransientError, PermanentError."""
        parameters = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": self.config.post_logout_redirect_uri,
        }
        with faults_of_proconnect():
            return f"{self._discovery.endpoints().end_session}?{urlencode(parameters)}"

    def _oauth_session(self) -> OAuth2Session:
        """Give Authlib's client for one sign-in, over the adapters (and so the limits) of our own session."""
        client = OAuth2Session(
            client_id=self.config.client_id,
            client_secret=self.config.client_secret,
            token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method, not a secret
            scope=" ".join(self.config.scopes),
            redirect_uri=self.config.redirect_uri,
            code_challenge_method="S256",
            leeway=_LEEWAY_S,
        )
        client.adapters = self._session.adapters
        client.max_redirects = 0
        return client

    def _document(self, address: str) -> bytes:
        return document(self._session, address)

    def _published_keys(self) -> bytes:
        return document(self._session, self._discovery.endpoints().jwks)
