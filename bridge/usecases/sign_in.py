"""Signs a citizen in through the identity provider, and out again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bridge.crash_points import crash_point
from bridge.domain.contact import CertifiedPerson
from bridge.errors import BridgeError, SignInError
from bridge.usecases.link_contact import LinkOutcome
from bridge.usecases.ports import (
    AuditEntry,
    Clock,
    Identified,
    IdentityProvider,
    Session,
    SignInStart,
    Store,
    Transaction,
    Vault,
)
from bridge.usecases.provider_answers import (
    LOGIN_STATE,
    LOGOUT_STATE,
    ProviderAnswer,
    browser_of,
    new_login_value,
    new_logout_state,
    path_within,
)

ID_TOKEN_PURPOSE = "id-token"  # noqa: S105 - names what the key is for
ACTOR = "citizen"
DOOR = "franceconnect"
PLUS_DOOR = "franceconnect-plus"
HOME = "/"
_SYSTEM = "franceconnect"
PORTAL_NEXT = "/oauth2/continue/"
"""Where a client's request goes on once its citizen has signed in; its id follows."""
_NEXT_PREFIXES = ("/demandes/", PORTAL_NEXT)


@dataclass(frozen=True, slots=True, repr=False)
class StartedSignIn:
    """Where to send the browser, and what it must bring back in its cookie."""

    url: str
    browser_token: str


@dataclass(frozen=True, slots=True, repr=False)
class FinishedSignIn:
    """A new session, its token for the cookie, and where the citizen wanted to go."""

    session_token: str
    next_path: str
    session: Session


@dataclass(frozen=True, slots=True, repr=False)
class LogoutStart:
    """Where the provider's own session ends, or None when ours was the only one to end."""

    url: str | None
    browser_token: str | None


@dataclass(frozen=True, slots=True, repr=False)
class _Ended:
    """The session that was just ended: where it came in, and the hint to end the provider's."""

    door: str
    sealed_id_token: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """The one way from a FranceConnect button to a session. `issuer` is the provider's, to the letter.

    `door` names this registration: what starts at one door does not finish at another. `other_doors` are
    the providers of sessions that came in elsewhere, for everybody leaves by the door they came through.
    """

    store: Store
    provider: IdentityProvider
    vault: Vault
    clock: Clock
    link: Callable[[CertifiedPerson], LinkOutcome]
    issuer: str
    door: str = DOOR
    other_doors: Mapping[str, IdentityProvider] = field(default_factory=dict)

    def start(
        self, next_path: str, browser_token: str | None = None, origin_hash: str | None = None
    ) -> StartedSignIn:
        """Give where to send the browser; one that has a token keeps it, so that two tabs can both finish.

        Raises: TooManyRequestsError, TransientError, PermanentError when the provider cannot be asked.
        """
        browser = browser_of(browser_token)
        state, nonce = new_login_value(), new_login_value()
        url = self.provider.authorization_url(state, nonce)
        with self.store.begin() as tx:
            start = SignInStart(
                self.door, nonce=nonce, next_path=safe_next_path(next_path), origin_hash=origin_hash
            )
            tx.sign_ins.start(state, browser, start, self.clock.now())
        return StartedSignIn(url, browser)

    def finish(
        self, answer: ProviderAnswer, browser_token: str | None, old_session_token: str | None = None
    ) -> FinishedSignIn:
        """Give a new session for the answer the browser brought; the old one ends.

        Raises: SignInError, AssuranceError, TransientError, PermanentError, BudgetError. The transaction
        is used up whatever comes.
        """
        start = self._taken(LOGIN_STATE, answer.state, browser_token, doors=(self.door,))
        if start is None:
            raise SignInError("no such sign-in is under way in this browser", code="login.state")
        try:
            identified = self.provider.identify(answer.code_from(self.issuer, _SYSTEM), start.nonce)
        except SignInError as refusal:
            refusal.next_path = start.next_path
            raise
        crash_point("sign_in.exchanged")
        outcome = self.link(identified.person)
        token = secrets.token_urlsafe(32)
        session = self._opened(identified, outcome, token, old_session_token, start.next_path)
        return FinishedSignIn(token, start.next_path, session)

    def leave(
        self, session_token: str | None, browser_token: str | None = None, next_path: str = HOME
    ) -> LogoutStart:
        """End the session, then give where the provider ends its own; our side never waits for theirs."""
        ended = self._ended(session_token) if session_token else None
        provider = self._provider(ended.door) if ended else None
        if ended is None or provider is None:
            return LogoutStart(None, None)
        browser, state = browser_of(browser_token), new_logout_state()
        try:
            url = provider.logout_url(self.vault.open(ID_TOKEN_PURPOSE, ended.sealed_id_token), state)
            with self.store.begin() as tx:
                tx.sign_ins.start(
                    state, browser, SignInStart(ended.door, nonce="", next_path=next_path), self.clock.now()
                )
        except BridgeError:
            return LogoutStart(None, None)
        return LogoutStart(url, browser)

    def left(self, state: str | None, browser_token: str | None) -> str | None:
        """Give where to go after a logout this browser asked for; None for any other return."""
        doors = (self.door, *self.other_doors)
        start = self._taken(LOGOUT_STATE, state, browser_token, doors=doors)
        return start.next_path if start else None

    def _taken(
        self, shape: re.Pattern[str], state: str | None, browser_token: str | None, *, doors: Collection[str]
    ) -> SignInStart | None:
        if not (state and shape.fullmatch(state) and browser_token):
            return None
        with self.store.begin() as tx:
            return tx.sign_ins.take(state, browser_token, self.clock.now(), doors=doors)

    def _opened(
        self,
        identified: Identified,
        outcome: LinkOutcome,
        token: str,
        old_token: str | None,
        next_path: str,
    ) -> Session:
        now = self.clock.now()
        session = Session(
            id=f"s_{secrets.token_hex(10)}",
            link_id=outcome.link.id if outcome.link else None,
            subject_hash=outcome.subject_hash,
            door=self.door,
            display_name=identified.display_name,
            acr=identified.person.acr,
            signed_in_at=now,
            given_name=next(iter(identified.person.identity.given_names), ""),
            family_name=identified.person.usage_name or identified.person.identity.family_name or "",
        )
        sealed = self.vault.seal(ID_TOKEN_PURPOSE, identified.id_token)
        with self.store.begin() as tx:
            if old_token:
                self._succeed(tx, old_token, session)
            tx.sign_ins.open_session(session, token, sealed, now)
            if next_path.startswith(PORTAL_NEXT):
                # This very sign-in may answer the client's request, and no other one unasked.
                tx.portal_requests.bind(next_path.removeprefix(PORTAL_NEXT), session.id)
            tx.audit.add(_entry("sign_in", session), now)
        return session

    def _succeed(self, tx: Transaction, old_token: str, session: Session) -> None:
        """The old session ends; what it granted follows the same person, and ends with another."""
        now = self.clock.now()
        old = tx.sign_ins.session(old_token, now)
        if old is not None and old.link_id is not None and old.link_id == session.link_id:
            tx.portal_grants.move_to_session(old.id, session.id)
        elif old is not None:
            tx.portal_grants.revoke_of_session(old.id, "replaced", now)
        tx.sign_ins.end_session(old_token, now)

    def _ended(self, token: str) -> _Ended | None:
        now = self.clock.now()
        with self.store.begin() as tx:
            session = tx.sign_ins.session(token, now)
            sealed = tx.sign_ins.end_session(token, now)
            if session is not None:
                tx.portal_grants.revoke_of_session(session.id, "signed_out", now)
                tx.audit.add(_entry("sign_out", session), now)
        # A session whose link was undone does not show: most came in here.
        return _Ended(session.door if session else self.door, sealed) if sealed else None

    def _provider(self, door: str) -> IdentityProvider | None:
        """The provider of a door; None when the town closed it since."""
        return self.provider if door == self.door else self.other_doors.get(door)


def safe_next_path(wanted: str | None) -> str:
    """Give the path if it is one of ours, letter by letter; the first page for everything else."""
    return path_within(wanted, within=_NEXT_PREFIXES, home=HOME)


def _entry(action: str, session: Session) -> AuditEntry:
    return AuditEntry(ACTOR, action, session.link_id or session.id, session.id)
