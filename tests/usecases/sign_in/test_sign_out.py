"""Signing out, on the real store: row A31 of the abuse table."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from bridge.usecases.sign_in import SignIn
from tests.fakes.clock import FakeClock
from tests.usecases.sign_in.people import FakeProvider, actions, finish, refusal, state_of


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
