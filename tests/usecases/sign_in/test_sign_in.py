"""Signing in, on the real store: rows A01 to A06, A27, A28 and A33 of the abuse table."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.tables import audit_entries, sessions, sign_ins
from bridge.domain.review import LinkReview, ReviewKind
from bridge.errors import BridgeError, PermanentError, SignInError, TransientError
from bridge.usecases.link_contact import LinkOutcome
from bridge.usecases.sign_in import SignIn
from tests.fakes.clock import FakeClock
from tests.usecases.sign_in.people import ISSUER, PERSON, FakeProvider, actions, finish, refusal, state_of


def test_a_sign_in_ends_in_a_session_of_the_link(sign_in: SignIn, engine: Engine, clock: FakeClock) -> None:
    """The session names the link, greets the citizen, and is noted in the audit."""
    finished = finish(sign_in, sign_in.start("/demandes/c_1"))
    assert finished.next_path == "/demandes/c_1"
    assert finished.session.link_id == "l_1"
    assert finished.session.display_name == "Angela DUBOIS"
    with sign_in.store.begin() as tx:
        assert tx.sign_ins.session(finished.session_token, clock.now()) == finished.session
    assert actions(engine) == [("citizen", "sign_in", "l_1")]


def test_state_and_nonce_are_64_random_hexadecimal_characters(
    sign_in: SignIn, provider: FakeProvider
) -> None:
    """Every length FranceConnect ever asked for is satisfied, and nothing repeats."""
    for _ in range(5):
        sign_in.start("/")
    values = [*provider.nonces, *provider.nonces.values()]
    assert len(set(values)) == 10
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in values)


def test_the_code_is_checked_against_the_nonce_of_its_own_state(
    sign_in: SignIn, provider: FakeProvider
) -> None:
    """The nonce comes from the transaction, not from the browser."""
    started = sign_in.start("/")
    sign_in.start("/", started.browser_token)
    finish(sign_in, started)
    assert provider.asked == [("good", provider.nonces[state_of(started)])]


@pytest.mark.parametrize("state", [None, "", "undefined", "0" * 64, "' OR 1=1", "\ud800", "A" * 64])
def test_a01_an_unknown_state_is_refused(sign_in: SignIn, provider: FakeProvider, state: str | None) -> None:
    """FranceConnect itself sends `undefined` when it lost its session."""
    assert refusal(sign_in, sign_in.start("/"), state=state).code == "login.state"
    assert provider.asked == []


def test_a01_an_expired_state_is_refused(sign_in: SignIn, provider: FakeProvider, clock: FakeClock) -> None:
    """A sign-in takes ten minutes at most."""
    started = sign_in.start("/")
    clock.move(timedelta(minutes=10))
    assert refusal(sign_in, started).code == "login.state"
    assert provider.asked == []


def test_a02_another_browser_is_refused(sign_in: SignIn, provider: FakeProvider) -> None:
    """An attacker's answer in the victim's browser signs nobody in."""
    attacker, victim = sign_in.start("/"), sign_in.start("/")
    for browser in (victim.browser_token, None, "", "x" * 43):
        assert refusal(sign_in, attacker, browser_token=browser).code == "login.state"
    assert provider.asked == []


def test_a03_a_used_state_does_not_come_back_with_its_cookie(sign_in: SignIn, provider: FakeProvider) -> None:
    """Single use is kept in SQL, where no cookie reaches."""
    started = sign_in.start("/")
    finish(sign_in, started)
    assert refusal(sign_in, started).code == "login.state"
    assert len(provider.asked) == 1


def test_a04_the_session_token_is_new_and_the_old_one_dead(sign_in: SignIn, clock: FakeClock) -> None:
    """A session known to an attacker before the sign-in is worth nothing after it."""
    first = finish(sign_in, sign_in.start("/"))
    second = finish(sign_in, sign_in.start("/"), old_session_token=first.session_token)
    assert first.session_token != second.session_token
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", second.session_token)
    with sign_in.store.begin() as tx:
        assert tx.sign_ins.session(first.session_token, clock.now()) is None
        assert tx.sign_ins.session(second.session_token, clock.now()) == second.session


def test_a06_a_reload_asks_the_provider_nothing_and_ends_no_session(
    sign_in: SignIn, provider: FakeProvider, clock: FakeClock
) -> None:
    """The back button is harmless."""
    started = sign_in.start("/")
    finished = finish(sign_in, started)
    error = refusal(sign_in, started, old_session_token=finished.session_token)
    assert error.code == "login.state"
    assert len(provider.asked) == 1
    with sign_in.store.begin() as tx:
        assert tx.sign_ins.session(finished.session_token, clock.now()) is not None


@pytest.mark.parametrize("iss", ["https://autre.test", f"{ISSUER}/", ISSUER.upper(), ""])
def test_a27_an_answer_of_another_issuer_is_refused(
    sign_in: SignIn, provider: FakeProvider, iss: str
) -> None:
    """One provider's answer cannot be passed off as another's."""
    started = sign_in.start("/")
    assert refusal(sign_in, started, iss=iss).code == "login.issuer"
    assert refusal(sign_in, started).code == "login.state"
    assert provider.asked == []


def test_a27_an_answer_may_leave_the_issuer_out(sign_in: SignIn) -> None:
    """FranceConnect promises it on errors only."""
    assert finish(sign_in, sign_in.start("/"), iss=None).session.link_id == "l_1"


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        ("access_denied", SignInError, "login.denied"),
        ("login_required", SignInError, "login.denied"),
        ("interaction_required", SignInError, "login.denied"),
        ("consent_required", SignInError, "login.denied"),
        ("invalid_request", PermanentError, "login.provider"),
        ("invalid_scope", PermanentError, "login.provider"),
        ("unsupported_response_type", PermanentError, "login.provider"),
        ("invalid_acr", PermanentError, "login.provider"),
        ("invalid_idp_hint", PermanentError, "login.provider"),
        ("<script>alert(1)</script>", PermanentError, "login.provider"),
        ("", PermanentError, "login.provider"),
        ("server_error", TransientError, "login.failed"),
        ("temporarily_unavailable", TransientError, "login.unavailable"),
    ],
)
def test_a28_an_error_has_our_own_words_and_burns_the_state(
    sign_in: SignIn, error: str, kind: type[BridgeError], code: str
) -> None:
    """What to do depends on the error; nothing of it is repeated."""
    started = sign_in.start("/")
    refused = refusal(sign_in, started, error=error, code=None)
    assert (type(refused), refused.code) == (kind, code)
    assert "script" not in refused.explanation
    assert refusal(sign_in, started).code == "login.state"


def test_an_error_without_our_state_says_nothing_of_the_provider(sign_in: SignIn) -> None:
    """A forged link cannot raise an alarm at the operator's."""
    started = sign_in.start("/")
    assert refusal(sign_in, started, state="0" * 64, error="invalid_request").code == "login.state"


def test_a33_a_code_beside_an_error_is_refused(sign_in: SignIn, provider: FakeProvider) -> None:
    """An answer that says both is not FranceConnect's."""
    assert refusal(sign_in, sign_in.start("/"), error="access_denied").code == "login.state"
    assert provider.asked == []


@pytest.mark.parametrize("code", [None, "", "a b", "a\n", "é", "x" * 1025])
def test_a33_a_code_that_is_none_is_refused(
    sign_in: SignIn, provider: FakeProvider, code: str | None
) -> None:
    """It would go into our own request."""
    assert refusal(sign_in, sign_in.start("/"), code=code).code == "login.token"
    assert provider.asked == []


def test_f83_two_tabs_of_one_browser_both_finish(sign_in: SignIn) -> None:
    """The second tab keeps the browser's token, so the first still counts."""
    first = sign_in.start("/demandes/a")
    second = sign_in.start("/demandes/b", first.browser_token)
    assert first.browser_token == second.browser_token
    assert finish(sign_in, second).next_path == "/demandes/b"
    assert finish(sign_in, first).next_path == "/demandes/a"


@pytest.mark.parametrize("brought", ["", "short", "x" * 44, "é" * 43, "a b" + "x" * 40])
def test_a_browser_token_we_never_gave_is_replaced(sign_in: SignIn, brought: str) -> None:
    """Only 32 random bytes bind a browser."""
    assert sign_in.start("/", brought).browser_token != brought


def test_f73_a_provider_that_is_down_leaves_nothing_behind(
    sign_in: SignIn, provider: FakeProvider, engine: Engine
) -> None:
    """A sign-in that could not start is no transaction."""
    provider.is_down = True
    with pytest.raises(TransientError):
        sign_in.start("/")
    with engine.connect() as connection:
        assert connection.execute(select(sign_ins)).all() == []


def test_f78_nothing_is_stored_when_the_identity_fails(
    sign_in: SignIn, provider: FakeProvider, engine: Engine
) -> None:
    """No session and no audit entry for somebody we do not know."""
    started = sign_in.start("/")
    provider.is_down = True
    assert refusal(sign_in, started).code == "login.unavailable"
    with engine.connect() as connection:
        assert connection.execute(select(sessions)).all() == []
    assert actions(engine) == []


def test_a_person_under_review_gets_a_session_without_link(sign_in: SignIn, clock: FakeClock) -> None:
    """They are greeted, and see nothing of anybody until an agent decided."""
    review = LinkReview("r_1", ReviewKind.IDENTITY, "v1:ab", (), (), clock.now())
    waiting = replace(sign_in, link=lambda _person: LinkOutcome(None, review))
    finished = finish(waiting, waiting.start("/"))
    assert finished.session.link_id is None
    with sign_in.store.begin() as tx:
        assert tx.sign_ins.session(finished.session_token, clock.now()) == finished.session


def test_neither_tokens_nor_subject_are_stored_in_clear(sign_in: SignIn, engine: Engine) -> None:
    """A stolen database opens no session and names nobody."""
    started = sign_in.start("/")
    finished = finish(sign_in, started)
    with engine.connect() as connection:
        rows = [
            *connection.execute(select(sign_ins)).all(),
            *connection.execute(select(sessions)).all(),
            *connection.execute(select(audit_entries)).all(),
        ]
    secrets = (
        finished.session_token,
        started.browser_token,
        state_of(started),
        "header.claims.signature",
        PERSON.subject,
        "Angela",
    )
    assert not [secret for secret in secrets if any(secret in str(row) for row in rows)]
