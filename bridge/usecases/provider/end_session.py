"""Decides what a client's wish to sign somebody out may do, and brings the browser back afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.portal import AuthorizationRequest, PortalClient
from bridge.errors import ProtocolError, RequestError
from bridge.usecases.ports import Clock, Session, Store, TokenSigner
from bridge.usecases.provider.authorize import ClientAnswer
from bridge.usecases.provider.read_request import MOST_CHARS, Parameters, single
from bridge.usecases.provider.tokens import ID_KIND

_LOGOUT_IDS = "o"


@dataclass(frozen=True, slots=True)
class LogoutWish:
    """A client's wish that can be trusted: whom it means to sign out, and the way back, if it has one."""

    client: PortalClient
    session_id: str
    subject: str
    way_back: ClientAnswer | None


@dataclass(frozen=True, slots=True)
class EndSession:
    """The logout endpoint's decisions. Source: OpenID Connect RP-Initiated Logout 1.0."""

    store: Store
    signer: TokenSigner
    clock: Clock
    issuer: str

    def wish(self, parameters: Parameters) -> LogoutWish | None:
        """Give the wish, or None when anything about it is not to the letter: then the citizen is asked."""
        try:
            values = {name: single(parameters, name) for name in parameters}
        except ProtocolError:
            return None
        claims = self._claims(values.get("id_token_hint"))
        client = self._client(claims, values.get("client_id")) if claims else None
        if claims is None or client is None:
            return None
        address, state = values.get("post_logout_redirect_uri"), values.get("state")
        if address is not None and address not in client.post_logout_redirect_uris:
            return None
        if state is not None and len(state) > MOST_CHARS["state"]:
            return None
        way_back = ClientAnswer(address, {"state": state} if state else {}) if address else None
        return LogoutWish(client, str(claims.get("sid")), str(claims["sub"]), way_back)

    def concerns(self, wish: LogoutWish, session: Session) -> bool:
        """Tell whether whoever is signed in is the person the client means."""
        if wish.session_id == session.id:
            return True
        with self.store.read() as tx:
            link = tx.links.by_id(session.link_id or "")
        return link is not None and link.person_id == wish.subject

    def kept(self, wish: LogoutWish, browser: str) -> str | None:
        """Keep the way back while the browser is at FranceConnect; give its id."""
        if wish.way_back is None:
            return None
        request_id = _LOGOUT_IDS + secrets.token_urlsafe(32)
        address, state = wish.way_back.redirect_uri, wish.way_back.parameters.get("state")
        request = AuthorizationRequest(wish.client.client_id, address, (), state)
        with self.store.begin() as tx:
            tx.portal_requests.start(request_id, browser, request, self.clock.now())
        return request_id

    def back(self, request_id: str, browser: str | None) -> ClientAnswer:
        """Give the way back, once. Raises: RequestError `portal.request`."""
        now = self.clock.now()
        if browser and request_id.startswith(_LOGOUT_IDS):
            with self.store.begin() as tx:
                pending = tx.portal_requests.waiting(request_id, browser, now)
                if pending and tx.portal_requests.answer(request_id, now):
                    state = pending.request.state
                    return ClientAnswer(pending.request.redirect_uri, {"state": state} if state else {})
        raise RequestError("no such logout is under way in this browser", code="portal.request")

    def _claims(self, hint: str | None) -> Mapping[str, Any] | None:
        """A hint outlives its expiry: what counts is that we made it."""
        claims = self.signer.claims(ID_KIND, hint) if hint else None
        return claims if claims and claims.get("iss") == self.issuer else None

    def _client(self, claims: Mapping[str, Any], client_id: str | None) -> PortalClient | None:
        audience = claims.get("aud")
        if not isinstance(audience, str) or client_id not in {None, audience}:
            return None
        with self.store.read() as tx:
            return tx.portal_clients.by_id(audience)
