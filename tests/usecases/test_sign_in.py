"""Signing in and out, on the real store: rows A01 to A04, A06, A27 to A29, A31 and A33 of the abuse table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries, metadata, sessions, sign_ins
from bridge.domain.contact import CertifiedPerson, IdentityLink, LinkMethod, LinkReview
from bridge.domain.identity import BirthDate, Gender, PivotIdentity
from bridge.errors import BridgeError, PermanentError, SignInError, TransientError
from bridge.usecases.link_contact import LinkOutcome
from bridge.usecases.ports import Identified
from bridge.usecases.sign_in import FinishedSignIn, SignIn, StartedSignIn, safe_next_path
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault

ISSUER = "https://fc.example/api/v2"
PERSON = CertifiedPerson(
    subject="a1" * 32 + "v1",
    issuer=ISSUER,
    identity=PivotIdentity("DUBOIS", ("Angela",), BirthDate("1962-08-24"), Gender.FEMALE, "75107", "99100"),
    usage_name=None,
    email=None,
    acr="eidas1",
    authenticated_at=FakeClock().now(),
)


@dataclass
class FakeProvider:
    """Certifies Angela for the code `good` under the nonce it was given; notes what it was asked."""

    nonces: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False

    def authorization_url(self, state: str, nonce: str) -> str:
        """Give an address that shows the state."""
        self._answer()
        self.nonces[state] = nonce
        return f"https://fc.example/authorize?state={state}"

    def identify(self, code: str, nonce: str) -> Identified:
        """Give Angela."""
        self.asked.append((code, nonce))
        self._answer()
        if code != "good":
            raise SignInError("no", code="login.token")
        return Identified(PERSON, "Angela DUBOIS", "header.claims.signature")

    def logout_url(self, id_token: str, state: str) -> str:
        """Give an address that shows hint and state."""
        self._answer()
        return f"https://fc.example/session/end?hint={id_token}&state={state}"

    def _answer(self) -> None:
        if self.is_down:
            raise TransientError("down", system="franceconnect", code="login.unavailable")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An empty database."""
    engine = create_store_engine("sqlite://")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> FakeClock:
    """The time."""
    return FakeClock()


@pytest.fixture
def provider() -> FakeProvider:
    """Who certifies."""
    return FakeProvider()


@pytest.fixture
def sign_in(engine: Engine, clock: FakeClock, provider: FakeProvider) -> SignIn:
    """The use case, on a store in memory; it links to one Contact."""
    store = SqlStore(engine, FakeVault())
    link = IdentityLink("l_1", "v1:ab", "003A", LinkMethod.CREATED, "rule", clock.now(), "eidas1")

    def linked(_person: CertifiedPerson) -> LinkOutcome:
        with store.begin() as tx:
            return LinkOutcome(tx.links.add(link, "v1:cd", []), None)

    return SignIn(store, provider, FakeVault(), clock, linked, ISSUER)


def state_of(started: StartedSignIn) -> str:
    """Give the state sent to the provider."""
    return started.url.partition("state=")[2]


def finish(sign_in: SignIn, started: StartedSignIn, **changes: Any) -> FinishedSignIn:
    """Finish as FranceConnect and the right browser do, with changes."""
    right: dict[str, Any] = {
        "state": state_of(started),
        "code": "good",
        "error": None,
        "iss": ISSUER,
        "browser_token": started.browser_token,
    }
    return sign_in.finish(**(right | changes))


def refusal(sign_in: SignIn, started: StartedSignIn, **changes: Any) -> BridgeError:
    """Give the error the answer ends with."""
    with pytest.raises(BridgeError) as caught:
        finish(sign_in, started, **changes)
    return caught.value


def actions(engine: Engine) -> list[tuple[str, str, str]]:
    """Give the audit entries of the citizen."""
    with engine.connect() as connection:
        columns = (audit_entries.c.actor, audit_entries.c.action, audit_entries.c.subject)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit_entries.c.id))]


def test_a_sign_in_ends_in_a_session_of_the_link(sign_in: SignIn, engine: Engine, clock: FakeClock) -> None:
    """The session names the link, greets the citizen, and is noted in the audit."""
    finished = finish(sign_in, sign_in.start("/cases/c_1"))
    assert finished.next_path == "/cases/c_1"
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
        ("server_error", TransientError, "login.unavailable"),
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


CORPUS = [
    "",
    "evil",
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\\/evil.test",
    "https:evil.test",
    "https://evil.test",
    "HTTPS://evil.test/cases/",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.test",
    "/%2fevil.test",
    "/%5cevil.test",
    "/%09/evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/cases/\r\nSet-Cookie: a=b",
    "/cases/%0d%0aSet-Cookie:a=b",
    "/cases/x\x00",
    "/@evil.test",
    "//user@evil.test",
    "/cases/@evil.test",
    "/cases//evil.test",
    "/cases/../logout",
    "/cases/./x",
    "/cases/..",
    "/cases/%2e%2e/logout",
    "/cases/;@evil.test",
    "/cases/x#frag",
    "/cases",
    "/casesevil",
    "/logout",
    "/logout/callback",
    "/login/franceconnect",
    "/oauth2/token",
    "/oauth2/authorize",
    "/oauth2/authorize/../token?x",
    "/agents/",
    "/cases/\u2025/x",
    "/cases/\uff0e\uff0e/x",
    "/cases/é",
    "\u00a0/cases/x",
    " /cases/x",
    "/cases/x ",
    "/cases/x\u2028",
    ".evil.test",
    "@evil.test",
    "?next=/cases/x",
    "/cases/x?a=b\nc",
    "/cases/x?<script>",
    "/cases/" + "x" * 9000,
]


@pytest.mark.parametrize("wanted", CORPUS, ids=range(len(CORPUS)))
def test_a29_a_path_elsewhere_leads_home(sign_in: SignIn, wanted: str) -> None:
    """Nobody is led away from our own pages, whatever the spelling."""
    assert safe_next_path(wanted) == "/"
    assert finish(sign_in, sign_in.start(wanted)).next_path == "/"


@pytest.mark.parametrize(
    "wanted",
    [
        "/",
        "/cases/c_7Q2M9X",
        "/cases/c_7Q2M9X/events",
        "/demandes/c_7Q2M9X/",
        "/demandes/c_7Q2M9X?lang=en",
        "/oauth2/authorize?client_id=p&redirect_uri=https%3A%2F%2Forg.example%2Fcb&state=a%26b",
    ],
)
def test_a29_our_own_paths_are_kept(wanted: str) -> None:
    """The citizen lands where the e-mail or the portal pointed."""
    assert safe_next_path(wanted) == wanted


def test_a29_no_path_leads_home() -> None:
    """The button on the first page names none."""
    assert safe_next_path(None) == "/"


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
    first = sign_in.start("/cases/a")
    second = sign_in.start("/cases/b", first.browser_token)
    assert first.browser_token == second.browser_token
    assert finish(sign_in, second).next_path == "/cases/b"
    assert finish(sign_in, first).next_path == "/cases/a"


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
    review = LinkReview("r_1", "v1:ab", (), (), clock.now())
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


def test_leaving_ends_our_session_then_the_providers(
    sign_in: SignIn, engine: Engine, clock: FakeClock
) -> None:
    """The way out leads through FranceConnect, with the ID token as hint and a state of its own."""
    finished = finish(sign_in, sign_in.start("/"))
    going = sign_in.leave(finished.session_token)
    assert going.url is not None
    assert "hint=header.claims.signature&" in going.url
    with sign_in.store.begin() as tx:
        assert tx.sign_ins.session(finished.session_token, clock.now()) is None
    assert actions(engine)[-1] == ("citizen", "sign_out", "l_1")
    assert sign_in.left(going.url.partition("state=")[2], going.browser_token)


def test_leaving_while_the_provider_is_down_still_ends_our_session(
    sign_in: SignIn, provider: FakeProvider, clock: FakeClock
) -> None:
    """On a shared computer our own door must close in any case."""
    finished = finish(sign_in, sign_in.start("/"))
    provider.is_down = True
    going = sign_in.leave(finished.session_token)
    assert (going.url, going.browser_token) == (None, None)
    with sign_in.store.begin() as tx:
        assert tx.sign_ins.session(finished.session_token, clock.now()) is None


@pytest.mark.parametrize("token", [None, "", "x" * 43])
def test_leaving_without_session_asks_nothing_of_the_provider(sign_in: SignIn, token: str | None) -> None:
    """There is no ID token to hint with."""
    assert sign_in.leave(token).url is None


def test_a31_a_return_nobody_asked_for_is_not_ours(sign_in: SignIn) -> None:
    """Unknown, repeated, another browser's, or a sign-in's state: none of them is a logout."""
    finished = finish(sign_in, sign_in.start("/"))
    going = sign_in.leave(finished.session_token)
    assert going.url is not None
    state = going.url.partition("state=")[2]
    assert not sign_in.left("out" + "0" * 61, going.browser_token)
    assert not sign_in.left(None, going.browser_token)
    assert not sign_in.left(state, "x" * 43)
    assert sign_in.left(state, going.browser_token)
    assert not sign_in.left(state, going.browser_token)


def test_a31_the_state_of_a_sign_in_does_not_serve_a_logout_nor_the_reverse(sign_in: SignIn) -> None:
    """Two kinds of transaction, two shapes of state."""
    started = sign_in.start("/")
    assert not sign_in.left(state_of(started), started.browser_token)
    going = sign_in.leave(finish(sign_in, started).session_token, started.browser_token)
    assert going.url is not None
    again = sign_in.start("/", started.browser_token)
    assert refusal(sign_in, again, state=going.url.partition("state=")[2]).code == "login.state"
