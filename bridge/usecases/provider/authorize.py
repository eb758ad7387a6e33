"""Answers a client's request with a code, once its citizen has signed in for this very request."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bridge.domain.portal import (
    ACCESS_LIFE,
    CODE_LIFE,
    OFFLINE_LIFE,
    AuthorizationRequest,
    Grant,
    PortalClient,
    Scope,
    is_client_id,
)
from bridge.errors import ProtocolError, RequestError
from bridge.usecases.ports import (
    AuditEntry,
    Clock,
    CodeTerms,
    PendingRequest,
    Session,
    Store,
    TokenSigner,
)
from bridge.usecases.provider.read_request import Parameters, read_request, single
from bridge.usecases.provider.tokens import ID_KIND

# Never the shape of a logout's, so that neither serves for the other.
_SIGN_IN_IDS = "a"


class Step(StrEnum):
    """What has to happen before a request can be answered."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    """Somebody else is signed in than the request was started for: the citizen says whether to go on."""
    REVIEW = "review"
    """An agent has to decide who this is, or the citizen proves it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that is kept until its next step is done."""

    request_id: str
    step: Step
    client: PortalClient


@dataclass(frozen=True, slots=True, repr=False)
class ClientAnswer:
    """What goes back to the client through the browser, and where."""

    redirect_uri: str
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class Authorize:
    """The authorization endpoint's decisions. Only `_addressed` may end at a page of ours."""

    store: Store
    signer: TokenSigner
    clock: Clock
    issuer: str

    def start(
        self,
        parameters: Parameters,
        session: Session | None,
        browser: str,
        origin_hash: str | None = None,
    ) -> ClientAnswer | Waiting:
        """Give the answer at once when a session allows it, else what has to happen first.

        Raises: RequestError `portal.client` or `portal.redirect_uri`, when nobody may be sent anywhere;
        TooManyRequestsError, TransientError when too many start.
        """
        client, redirect_uri = self._addressed(parameters)
        try:
            hint = single(parameters, "id_token_hint")
            subject = self._subject_of(hint, client) if hint else None
            request = read_request(parameters, client, redirect_uri, subject)
            if session is not None and self._may_answer(request, session):
                if session.link_id:
                    return self._granted(request, session, None)
                return self._kept(request, client, browser, origin_hash, waiting=session)
            return self._kept(request, client, browser, origin_hash)
        except ProtocolError as refusal:
            values = parameters.get("state", ())
            return self._refused(redirect_uri, values[0] if len(values) == 1 else None, refusal)

    def go_on(self, request_id: str, session: Session | None, browser: str | None) -> ClientAnswer | Waiting:
        """Answer a kept request if this session may, else give the next step.

        Raises: RequestError `portal.request` when it is unknown, answered, too old or another browser's.
        """
        pending, client = self._pending(request_id, browser)
        step = self._step(pending, session)
        if step is not None or session is None:
            return Waiting(request_id, step or Step.SIGN_IN, client)
        request = pending.request
        try:
            return self._granted(request, session, request_id)
        except ProtocolError as refusal:
            return self._refused(request.redirect_uri, request.state, refusal)

    def confirm(self, request_id: str, session: Session, browser: str | None) -> ClientAnswer | Waiting:
        """Answer as whoever is signed in now, because they said so. Raises: RequestError."""
        pending, _client = self._pending(request_id, browser)
        if self._step(pending, session) is Step.CONFIRM:
            with self.store.begin() as tx:
                tx.portal_requests.bind(request_id, session.id)
        return self.go_on(request_id, session, browser)

    def renounce(self, request_id: str, browser: str | None) -> ClientAnswer:
        """Give up, and tell the client. Raises: RequestError."""
        pending, _client = self._pending(request_id, browser)
        with self.store.begin() as tx:
            tx.portal_requests.answer(request_id, self.clock.now())
        refusal = ProtocolError("the citizen did not go on", code="access_denied")
        return self._refused(pending.request.redirect_uri, pending.request.state, refusal)

    def _addressed(self, parameters: Parameters) -> tuple[PortalClient, str]:
        """Give who asks and where the answer may go, both compared to the letter. Raises: RequestError."""
        ids, addresses = parameters.get("client_id", ()), parameters.get("redirect_uri", ())
        client = None
        if len(ids) == 1 and is_client_id(ids[0]):
            with self.store.read() as tx:
                client = tx.portal_clients.by_id(ids[0])
        if client is None:
            raise RequestError("no such client is registered here", code="portal.client")
        if len(addresses) != 1 or addresses[0] not in client.redirect_uris:
            raise RequestError("this return address is not registered", code="portal.redirect_uri")
        return client, addresses[0]

    def _subject_of(self, hint: str, client: PortalClient) -> str:
        claims = self.signer.claims(ID_KIND, hint) or {}
        if claims.get("iss") != self.issuer or claims.get("aud") != client.client_id:
            raise ProtocolError("id_token_hint is not one of ours for this client")
        return str(claims["sub"])

    def _may_answer(self, request: AuthorizationRequest, session: Session) -> bool:
        """Whether a session that was there before is as fresh as the client wants it."""
        if request.is_fresh:
            return False
        age = self.clock.now() - session.signed_in_at
        return request.max_age_s is None or age < timedelta(seconds=request.max_age_s)

    def _step(self, pending: PendingRequest, session: Session | None) -> Step | None:
        """The answer belongs to the sign-in that this request began, not to whoever came in between."""
        if session is None:
            return Step.SIGN_IN
        if session.id != pending.session_id:
            return Step.CONFIRM if self._may_answer(pending.request, session) else Step.SIGN_IN
        return None if session.link_id else Step.REVIEW

    def _kept(
        self,
        request: AuthorizationRequest,
        client: PortalClient,
        browser: str,
        origin_hash: str | None,
        *,
        waiting: Session | None = None,
    ) -> Waiting:
        """Keep a request: for a sign-in, or for the review that `waiting` is under."""
        step = Step.REVIEW if waiting else Step.SIGN_IN
        if request.is_silent:
            code = "interaction_required" if step is Step.REVIEW else "login_required"
            raise ProtocolError("the citizen has to be asked", code=code)
        request_id = _SIGN_IN_IDS + secrets.token_urlsafe(32)
        with self.store.begin() as tx:
            tx.portal_requests.start(request_id, browser, request, self.clock.now(), origin_hash)
            if waiting is not None:
                tx.portal_requests.bind(request_id, waiting.id)
        return Waiting(request_id, step, client)

    def _pending(self, request_id: str, browser: str | None) -> tuple[PendingRequest, PortalClient]:
        if browser and request_id.startswith(_SIGN_IN_IDS):
            with self.store.read() as tx:
                pending = tx.portal_requests.waiting(request_id, browser, self.clock.now())
                client = tx.portal_clients.by_id(pending.request.client_id) if pending else None
            if pending and client:
                return pending, client
        raise _request_over()

    def _granted(
        self, request: AuthorizationRequest, session: Session, request_id: str | None
    ) -> ClientAnswer:
        now, code = self.clock.now(), secrets.token_urlsafe(32)
        with self.store.begin() as tx:
            if request_id is not None and not tx.portal_requests.answer(request_id, now):
                raise _request_over()
            link = tx.links.by_id(session.link_id or "")
            if link is None:
                raise ProtocolError("the citizen is not known any more", code="access_denied")
            if request.subject is not None and request.subject != link.person_id:
                raise ProtocolError("somebody else is signed in", code="login_required")
            grant = _grant(request, session, link.id, now)
            terms = CodeTerms(request.redirect_uri, request.nonce, request.code_challenge)
            tx.portal_grants.add(grant, code, terms)
            tx.audit.add(AuditEntry(session.actor, "portal.granted", link.id, grant.id), now)
        return self._answer(request.redirect_uri, request.state, {"code": code})

    def _refused(self, redirect_uri: str, state: str | None, refusal: ProtocolError) -> ClientAnswer:
        told = {"error": refusal.code, "error_description": refusal.explanation}
        return self._answer(redirect_uri, state, told)

    def _answer(self, redirect_uri: str, state: str | None, told: dict[str, str]) -> ClientAnswer:
        """Source: RFC 9207 for `iss`, so that a client of several providers mixes none up."""
        given = {} if state is None else {"state": state}
        return ClientAnswer(redirect_uri, told | given | {"iss": self.issuer})


def _request_over() -> RequestError:
    return RequestError("no such request is under way in this browser", code="portal.request")


def _grant(request: AuthorizationRequest, session: Session, link_id: str, now: datetime) -> Grant:
    offline = Scope.OFFLINE_ACCESS in request.scopes
    names = {
        "name": session.display_name,
        "given_name": session.given_name,
        "family_name": session.family_name,
    }
    return Grant(
        id=f"g_{secrets.token_hex(10)}",
        client_id=request.client_id,
        link_id=link_id,
        session_id=session.id,
        scopes=request.scopes,
        acr=session.acr,
        authenticated_at=session.signed_in_at,
        profile={key: name for key, name in names.items() if name and Scope.PROFILE in request.scopes},
        created_at=now,
        expires_at=session.signed_in_at + OFFLINE_LIFE if offline else now + CODE_LIFE + ACCESS_LIFE,
    )
