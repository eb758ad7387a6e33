"""Signs an agent in through ProConnect, and out again: who may enter the console is decided here."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from bridge.domain.agent import Agent, AgentSession, IdentifiedAgent, ListedAgent
from bridge.errors import BridgeError, ForbiddenError, SignInError
from bridge.usecases.ports import (
    AgentProvider,
    AuditEntry,
    Clock,
    Pseudonyms,
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
from bridge.usecases.sign_in import LogoutStart, StartedSignIn

DOOR = "proconnect"
HOME = "/agents/"
ENTRANCE = "/agents/login"
ID_TOKEN_PURPOSE = "agent-id-token"  # noqa: S105 - names what the key is for
NOBODY = "unknown"
_OUTSIDE = (ENTRANCE, "/agents/logout")


@dataclass(frozen=True, slots=True, repr=False)
class FinishedAgentSignIn:
    """A new session, its token for the cookie, and where the agent wanted to go."""

    session_token: str
    next_path: str
    session: AgentSession


@dataclass(frozen=True, slots=True, repr=False)
class _Arrival:
    """An agent ProConnect vouches for, and the tokens of the session they would get and had."""

    agent: IdentifiedAgent
    sealed_id_token: str
    token: str
    old_token: str | None


@dataclass(frozen=True, slots=True)
class AgentSignIn:
    """The one way from a ProConnect button to the console.

    `issuer` is the provider's, to the letter; `siret` is the town's: both it and the allow-list are needed.
    """

    store: Store
    provider: AgentProvider
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    issuer: str
    siret: str

    def start(
        self,
        next_path: str | None,
        browser: str | None = None,
        *,
        another_account: bool = False,
        origin_hash: str | None = None,
    ) -> StartedSignIn:
        """Give where to send the browser. Raises: TooManyRequestsError, TransientError, PermanentError."""
        token, state, nonce = browser_of(browser), new_login_value(), new_login_value()
        verifier = secrets.token_urlsafe(48)
        url = self.provider.authorization_url(state, nonce, verifier, another_account=another_account)
        start = SignInStart(DOOR, nonce, safe_console_path(next_path), verifier, origin_hash)
        with self.store.begin() as tx:
            tx.sign_ins.start(state, token, start, self.clock.now())
        return StartedSignIn(url, token)

    def finish(
        self, answer: ProviderAnswer, browser: str | None, old_session_token: str | None = None
    ) -> FinishedAgentSignIn:
        """Give a new session for the answer the browser brought; the old one ends.

        Raises: SignInError, AssuranceError, TransientError, PermanentError; ForbiddenError `agent.siret`,
        `agent.unknown` or `agent.subject` for somebody genuine who may not enter. The sign-in is used up
        whatever comes.
        """
        start = self._taken(LOGIN_STATE, answer.state, browser)
        if start is None or start.verifier is None:
            raise SignInError("no such sign-in is under way in this browser", code="login.state")
        code = answer.code_from(self.issuer, DOOR)
        try:
            agent, id_token = self.provider.identify(code, start.nonce, start.verifier)
        except SignInError as refusal:
            self.store.note(_refused(NOBODY, refusal), self.clock.now())
            raise
        sealed, token = self.vault.seal(ID_TOKEN_PURPOSE, id_token), secrets.token_urlsafe(32)
        session = self._admitted(_Arrival(agent, sealed, token, old_session_token))
        return FinishedAgentSignIn(token, start.next_path, session)

    def leave(self, session_token: str | None, browser: str | None = None) -> LogoutStart:
        """End the session, then give where ProConnect ends its own; our side never waits for theirs."""
        sealed = self._ended(session_token) if session_token else None
        if sealed is None:
            return LogoutStart(None, None)
        token, state = browser_of(browser), new_logout_state()
        try:
            url = self.provider.logout_url(self.vault.open(ID_TOKEN_PURPOSE, sealed), state)
            with self.store.begin() as tx:
                start = SignInStart(DOOR, nonce="", next_path=ENTRANCE)
                tx.sign_ins.start(state, token, start, self.clock.now())
        except BridgeError:
            return LogoutStart(None, None)
        return LogoutStart(url, token)

    def left(self, state: str | None, browser: str | None) -> bool:
        """Tell whether this return from ProConnect answers a logout this browser asked for."""
        return self._taken(LOGOUT_STATE, state, browser) is not None

    def _taken(self, shape: re.Pattern[str], state: str | None, browser: str | None) -> SignInStart | None:
        if not (state and shape.fullmatch(state) and browser):
            return None
        with self.store.begin() as tx:
            return tx.sign_ins.take(state, browser, self.clock.now(), doors=(DOOR,))

    def _admitted(self, arrival: _Arrival) -> AgentSession:
        """Open the session of an agent who may enter. A refusal is noted before it is raised."""
        agent, logins = arrival.agent, self.pseudonyms.logins(arrival.agent.email)
        with self.store.begin() as tx:
            line = tx.agents.by_login(logins)
            try:
                listed = self._entitled(agent, line)
            except ForbiddenError as error:
                refusal = error
                tx.audit.add(_refused(line.agent.id if line else NOBODY, error), self.clock.now())
            else:
                subject = self.pseudonyms.subject(agent.issuer, agent.subject)
                tx.agents.signed_in(listed.id, logins[0], subject, self.clock.now())
                return self._opened(tx, listed, arrival)
        raise refusal

    def _entitled(self, agent: IdentifiedAgent, line: ListedAgent | None) -> Agent:
        """Give whom the list says this is. Raises: ForbiddenError, with its own code for each reason."""
        if agent.siret != self.siret:
            raise ForbiddenError("an agent of another organisation", code="agent.siret")
        if line is None:
            raise ForbiddenError("this e-mail is not on the list of agents", code="agent.unknown")
        known = self.pseudonyms.subjects(agent.issuer, agent.subject)
        if line.subject_hash is not None and line.subject_hash not in known:
            raise ForbiddenError("this e-mail was bound to somebody else", code="agent.subject")
        return line.agent

    def _opened(self, tx: Transaction, agent: Agent, arrival: _Arrival) -> AgentSession:
        now = self.clock.now()
        session = AgentSession(f"as_{secrets.token_hex(10)}", agent, arrival.agent.display_name, now)
        if arrival.old_token:
            tx.agent_sessions.end(arrival.old_token, now)
        tx.agent_sessions.open(session, arrival.token, arrival.sealed_id_token, now)
        tx.audit.add(_entry("agent.sign_in", session), now)
        return session

    def _ended(self, token: str) -> str | None:
        now = self.clock.now()
        with self.store.begin() as tx:
            session = tx.agent_sessions.session(token, now)
            sealed = tx.agent_sessions.end(token, now)
            if session is not None:
                tx.audit.add(_entry("agent.sign_out", session), now)
        return sealed


def safe_console_path(wanted: str | None) -> str:
    """Give the path if it is a page of the console; its home for everything else."""
    return path_within(wanted, within=(HOME,), but=_OUTSIDE, home=HOME)


def _entry(action: str, session: AgentSession) -> AuditEntry:
    return AuditEntry(session.agent.id, action, session.agent.id, session.id)


def _refused(agent_id: str, refusal: BridgeError) -> AuditEntry:
    """The agent's id when their e-mail is on the list, and the code; nothing else of who tried."""
    return AuditEntry(agent_id, "agent.refused", agent_id, refusal.code)
