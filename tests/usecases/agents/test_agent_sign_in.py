"""Who may enter the console, and who may not: rows A01, A04, A05, A27 and A128 of the abuse table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.secrets import KeyedPseudonyms
from bridge.adapters.store.crowding import MOST_FROM_ONE_ADDRESS
from bridge.adapters.store.tables import agents as agents_table
from bridge.adapters.store.tables import sign_ins
from bridge.domain.agent import Role
from bridge.errors import (
    ForbiddenError,
    PermanentError,
    SignInError,
    TooManyRequestsError,
    TransientError,
)
from bridge.usecases.agent_sign_in import AgentSignIn, safe_console_path
from bridge.usecases.keep_agents import KeepAgents
from bridge.usecases.ports import SignInStart
from tests.fakes.clock import FakeClock
from tests.usecases.agents.people import (
    ISSUER,
    LEA,
    FakeAgentProvider,
    audited,
    finish,
    refusal,
    state_of,
)
from tests.usecases.sign_in.test_next_path import CORPUS


def test_an_invited_agent_of_the_town_enters(sign_in: AgentSignIn, engine: Engine, clock: FakeClock) -> None:
    """With the role and the sectors of the list, under the name ProConnect gives."""
    finished = finish(sign_in, sign_in.start("/agents/reviews?page=2"))
    assert finished.next_path == "/agents/reviews?page=2"
    session = finished.session
    assert (session.agent.role, session.agent.sectors) == (Role.READER, frozenset({"voirie"}))
    assert session.display_name == "Léa Martin"
    with sign_in.store.begin() as tx:
        assert tx.agent_sessions.session(finished.session_token, clock.now()) == session
    assert audited(engine)[-1] == (session.agent.id, "agent.sign_in", session.agent.id, session.id)


def test_state_nonce_and_verifier_are_random_and_long_enough(
    sign_in: AgentSignIn, provider: FakeAgentProvider
) -> None:
    """PKCE asks 43 characters of its alphabet, and nothing repeats."""
    for _ in range(5):
        sign_in.start("/agents/")
    nonces, verifiers = zip(*provider.started.values(), strict=True)
    assert len({*provider.started, *nonces, *verifiers}) == 15
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in (*provider.started, *nonces))
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", value) for value in verifiers)


def test_the_code_is_proven_with_nonce_and_verifier_of_its_own_state(
    sign_in: AgentSignIn, provider: FakeAgentProvider, engine: Engine
) -> None:
    """Both come from the transaction, where the verifier lies sealed, not from the browser."""
    started = sign_in.start("/agents/")
    sign_in.start("/agents/", started.browser_token)
    with engine.connect() as connection:
        stored = " ".join(map(str, connection.execute(select(sign_ins)).all()))
    nonce, verifier = provider.started[state_of(started)]
    assert verifier not in stored
    finish(sign_in, started)
    assert provider.asked == [("good", nonce, verifier)]


@pytest.mark.parametrize("state", [None, "", "undefined", "0" * 64, "out" + "0" * 61, "\ud800"])
def test_a01_an_unknown_state_is_refused(
    sign_in: AgentSignIn, provider: FakeAgentProvider, state: str | None
) -> None:
    """ProConnect is not even asked."""
    assert refusal(sign_in, state=state).code == "login.state"
    assert provider.asked == []


def test_a01_a_state_is_used_once_and_for_ten_minutes(sign_in: AgentSignIn, clock: FakeClock) -> None:
    """A reload finds nothing, and neither does an answer that took too long."""
    started = sign_in.start("/agents/")
    finish(sign_in, started)
    assert refusal(sign_in, started=started).code == "login.state"
    late = sign_in.start("/agents/")
    clock.move(timedelta(minutes=10))
    assert refusal(sign_in, started=late).code == "login.state"


def test_a04_signing_in_ends_the_session_that_was_there(sign_in: AgentSignIn, clock: FakeClock) -> None:
    """A session an attacker fixed before is dead after."""
    first = finish(sign_in).session_token
    second = finish(sign_in, old=first).session_token
    assert first != second
    with sign_in.store.begin() as tx:
        assert tx.agent_sessions.session(first, clock.now()) is None
        assert tx.agent_sessions.session(second, clock.now()) is not None


def test_a27_a_citizen_s_sign_in_is_none_of_ours(
    sign_in: AgentSignIn, provider: FakeAgentProvider, clock: FakeClock
) -> None:
    """A state FranceConnect was given is unknown at ProConnect's callback, in the same browser too."""
    start = SignInStart("franceconnect", nonce="n", next_path="/", verifier="v" * 64)
    browser = "b" * 43
    with sign_in.store.begin() as tx:
        tx.sign_ins.start("a" * 64, browser, start, clock.now())
    begun = replace(sign_in.start("/agents/"), browser_token=browser)
    assert refusal(sign_in, started=begun, state="a" * 64).code == "login.state"
    assert provider.asked == []


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"iss": "https://fc.example/api/v2"}, SignInError, "login.issuer"),
        ({"error": "access_denied"}, SignInError, "login.state"),
        ({"code": None, "error": "access_denied"}, SignInError, "login.denied"),
        ({"code": None, "error": "login_required"}, SignInError, "login.denied"),
        ({"code": None, "error": "interaction_required"}, SignInError, "login.denied"),
        ({"code": None, "error": "consent_required"}, SignInError, "login.denied"),
        ({"code": None, "error": "temporarily_unavailable"}, TransientError, "login.unavailable"),
        ({"code": None, "error": "server_error"}, TransientError, "login.failed"),
        ({"code": None, "error": "invalid_scope"}, PermanentError, "login.provider"),
        ({"code": None}, SignInError, "login.token"),
        ({"code": "a b"}, SignInError, "login.token"),
    ],
)
def test_an_answer_that_is_no_yes_is_told_by_its_kind(
    sign_in: AgentSignIn,
    provider: FakeAgentProvider,
    changes: dict[str, str | None],
    kind: type[Exception],
    code: str,
) -> None:
    """What ProConnect calls it decides; nothing is exchanged."""
    error = refusal(sign_in, **changes)
    assert isinstance(error, kind)
    assert error.code == code
    assert provider.asked == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"siret": "21920075500011"}, "agent.siret"),
        ({"siret": ""}, "agent.siret"),
        ({"email": "noe.petit@issy.example"}, "agent.unknown"),
        ({"email": "lea.martin@issy.example.evil.example"}, "agent.unknown"),
    ],
)
def test_both_the_town_and_the_invitation_are_needed(
    sign_in: AgentSignIn, provider: FakeAgentProvider, engine: Engine, changes: dict[str, str], code: str
) -> None:
    """Each refusal has its code, and the audit says that somebody tried, not who."""
    provider.becomes(**changes)
    error = refusal(sign_in)
    assert isinstance(error, ForbiddenError)
    assert error.code == code
    actor, action, subject, detail = audited(engine)[-1]
    assert (actor, action, detail) == (subject, "agent.refused", code)
    assert not [part for part in ("lea", "noe", "Martin", "sub-") if part in f"{actor} {detail}"]


def test_a_refusal_by_the_provider_is_audited_too(sign_in: AgentSignIn, engine: Engine) -> None:
    """An answer that cannot be trusted leaves a trace without a name."""
    assert refusal(sign_in, code="forged").code == "login.token"
    assert audited(engine)[-1] == ("unknown", "agent.refused", "unknown", "login.token")


def test_the_email_is_the_same_in_capitals(sign_in: AgentSignIn, provider: FakeAgentProvider) -> None:
    """ProConnect itself compares addresses in lower case."""
    provider.becomes(email="Lea.MARTIN@Issy.Example")
    assert finish(sign_in).session.agent.role is Role.READER


@pytest.mark.parametrize("email", ["ſea.martin@issy.example", "lea.mart\u0131n@issy.example"])
def test_letters_that_only_fold_into_hers_are_not_hers(
    sign_in: AgentSignIn, provider: FakeAgentProvider, agents: KeepAgents, email: str
) -> None:
    """A long s folds into an s and a dotless i rises to an I: somebody else's mailbox, all the same."""
    agents.add("sea.martin@issy.example", Role.ADMINISTRATOR, (), "operator")
    provider.becomes(email=email)
    assert refusal(sign_in).code == "agent.unknown"


def test_the_first_sign_in_binds_and_another_person_is_refused(
    sign_in: AgentSignIn, provider: FakeAgentProvider, engine: Engine
) -> None:
    """An address given on to a successor does not hand over the role with it."""
    agent = finish(sign_in).session.agent
    provider.becomes(subject="sub-successor")
    assert refusal(sign_in).code == "agent.subject"
    assert audited(engine)[-1] == (agent.id, "agent.refused", agent.id, "agent.subject")
    provider.becomes()
    assert finish(sign_in).session.agent == agent


def test_an_administrator_who_invites_again_lets_the_successor_in(
    sign_in: AgentSignIn, provider: FakeAgentProvider, agents: KeepAgents, clock: FakeClock
) -> None:
    """Removed and added: bound anew, and the predecessor's session is gone (A128)."""
    old = finish(sign_in).session_token
    agents.remove(LEA.email, "operator")
    agents.add(LEA.email, Role.REVIEWER, (), "operator")
    provider.becomes(subject="sub-successor")
    assert finish(sign_in).session.agent.role is Role.REVIEWER
    with sign_in.store.begin() as tx:
        assert tx.agent_sessions.session(old, clock.now()) is None
    provider.becomes()
    assert refusal(sign_in).code == "agent.subject"


def test_a_new_hash_key_keeps_everybody_in(sign_in: AgentSignIn, engine: Engine) -> None:
    """Found under the old key, stored under the new one, and bound still."""
    finish(sign_in)
    keys = {"v2": b"2" * 32, "v1": b"1" * 32}
    rotated = replace(sign_in, pseudonyms=KeyedPseudonyms(keys))
    finish(rotated)
    with engine.connect() as connection:
        row = connection.execute(select(agents_table)).mappings().one()
    assert row["login_hash"].startswith("v2:")
    assert row["subject_hash"].startswith("v2:")
    finish(replace(sign_in, pseudonyms=KeyedPseudonyms({"v2": b"2" * 32})))


def test_leaving_ends_our_session_first_and_then_proconnect_s(
    sign_in: AgentSignIn, engine: Engine, clock: FakeClock
) -> None:
    """With the hint of this very sign-in, and a state only this browser may bring back."""
    finished = finish(sign_in)
    going = sign_in.leave(finished.session_token)
    assert going.url is not None
    assert going.url.startswith("https://pc.example/session/end?hint=header.claims.signature&state=out")
    assert audited(engine)[-1][1] == "agent.sign_out"
    with sign_in.store.begin() as tx:
        assert tx.agent_sessions.session(finished.session_token, clock.now()) is None
    state = going.url.partition("state=")[2]
    assert not sign_in.left(state, "another browser")
    assert sign_in.left(state, going.browser_token)
    assert not sign_in.left(state, going.browser_token)


def test_leaving_does_not_wait_for_a_proconnect_that_is_down(
    sign_in: AgentSignIn, provider: FakeAgentProvider, clock: FakeClock
) -> None:
    """Our session is gone whatever the other side does."""
    token = finish(sign_in).session_token
    provider.is_down = True
    assert sign_in.leave(token).url is None
    with sign_in.store.begin() as tx:
        assert tx.agent_sessions.session(token, clock.now()) is None


@pytest.mark.parametrize(
    "wanted", [*(path for path in CORPUS if path != "/agents/"), "/agents/login", "/agents/logout/callback"]
)
def test_a29_a_path_elsewhere_leads_to_the_console_s_first_page(wanted: str) -> None:
    """Nobody is led away from the console, nor back to its door."""
    assert safe_console_path(wanted) == "/agents/"


@pytest.mark.parametrize("wanted", ["/agents/", "/agents/reviews", "/agents/reviews/r_1?page=2&sort=-age"])
def test_a29_pages_of_the_console_are_kept(wanted: str) -> None:
    """The agent lands on the page they asked for."""
    assert safe_console_path(wanted) == wanted


def test_another_account_is_asked_for_in_so_many_words(sign_in: AgentSignIn) -> None:
    """Only when the agent wants it."""
    assert "another=True" in sign_in.start("/agents/", another_account=True).url
    assert "another=False" in sign_in.start("/agents/").url


def test_a30_one_address_starts_so_many_sign_ins_and_no_more(sign_in: AgentSignIn, clock: FakeClock) -> None:
    """The agents' door counts with the citizens', and opens again a minute later."""
    for _ in range(MOST_FROM_ONE_ADDRESS):
        sign_in.start("/agents/", origin_hash="here")
    with pytest.raises(TooManyRequestsError) as caught:
        sign_in.start("/agents/", origin_hash="here")
    assert caught.value.code == "login.too_many"
    sign_in.start("/agents/", origin_hash="elsewhere")
    clock.move(timedelta(minutes=1))
    sign_in.start("/agents/", origin_hash="here")


def test_the_answer_of_a_provider_without_iss_is_accepted(sign_in: AgentSignIn) -> None:
    """The parameter is compared when it is there."""
    assert finish(sign_in, iss=None).session.display_name == "Léa Martin"
    assert finish(sign_in, iss=ISSUER).session.display_name == "Léa Martin"
