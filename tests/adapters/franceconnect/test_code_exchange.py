"""The exchange of the code: row A08, fault F74, and what FranceConnect must be sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.outbound import OutboundLimits, open_session
from bridge.errors import PermanentError, SignInError, TransientError
from tests.adapters.franceconnect.refusals import refusal
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import (
    ACCESS_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    NONCE,
    Answer,
    ForgedFranceConnect,
)


def test_the_secret_is_posted_once_with_the_code(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """FranceConnect takes the secret in the body, never in a Basic header."""
    # oidcc-client-test-client-secret-post stands for oidcc-client-test-client-secret-basic
    provider.identify("c0de", NONCE)
    assert forger.forms == [
        {
            "grant_type": "authorization_code",
            "code": "c0de",
            "redirect_uri": "http://127.0.0.1:8000/login/franceconnect/callback",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }
    ]


@pytest.mark.parametrize("id_token", [None, "", 5, {}])
def test_a08_an_answer_without_id_token_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, id_token: Any
) -> None:
    """Without it there is nothing to check, so nothing is believed."""
    answer = {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 60, "id_token": id_token}
    forger.answers["/token"] = Answer(json.dumps(answer))
    assert refusal(provider).code == "login.id_token_missing"
    assert forger.calls["/userinfo"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": "a\r\nX-Evil: 1"},
        {"access_token": "é"},
        {"access_token": "a" * 5000},
        {"token_type": "MAC"},
        {"token_type": None},
    ],
)
def test_an_access_token_that_is_none_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, changes: dict[str, Any]
) -> None:
    """It goes into a header of our next call."""
    answer = {"access_token": "a", "token_type": "Bearer", "id_token": "e30.e30.e30"} | changes
    forger.answers["/token"] = Answer(json.dumps(answer))
    assert refusal(provider).code == "login.token"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, '{"error":"invalid_grant"}', (SignInError, "login.token")),
        (401, '{"error":"invalid_client"}', (PermanentError, "login.provider")),
        (400, '{"error":"invalid_request"}', (PermanentError, "login.provider")),
        (400, '{"error":"temporarily_unavailable"}', (TransientError, "login.unavailable")),
        (400, '{"error":{"a":1}}', (PermanentError, "login.provider")),
        (200, '{"error":"invalid_grant"}', (SignInError, "login.token")),
        (200, "<html>", (SignInError, "login.token")),
        (200, "[]", (SignInError, "login.token")),
        (429, "<html>slow down</html>", (TransientError, "login.unavailable")),
        (200, "x" * 70_000, (TransientError, "login.unavailable")),
    ],
)
def test_each_refusal_of_the_token_endpoint_has_its_code(
    provider: FranceConnect,
    forger: ForgedFranceConnect,
    status: int,
    body: str,
    expected: tuple[type[Exception], str],
) -> None:
    """A used code, a wrong registration and a busy service ask for different things to be done."""
    forger.answers["/token"] = Answer(body, status=status)
    error = refusal(provider)
    assert (type(error), error.code) == expected
    assert forger.calls["/token"] == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f74_a_failing_token_endpoint_is_asked_exactly_once(
    provider: FranceConnect, forger: ForgedFranceConnect, status: int
) -> None:
    """A code whose fate is unknown may be used up: the citizen starts anew, we do not try again."""
    forger.answers["/token"] = Answer("<html>", "text/html", status)
    error = refusal(provider)
    assert isinstance(error, TransientError)
    assert error.code == "login.unavailable"
    assert forger.calls["/token"] == 1
    assert forger.calls["/userinfo"] == 0


def test_f74_a_slow_token_endpoint_is_left_and_not_asked_again(
    config: FranceConnectConfig, forger: ForgedFranceConnect, clock: FakeClock
) -> None:
    """The citizen waits for a page."""
    forger.answers["/token"] = replace(forger.answers["/token"], delay_s=2.0)
    limits = OutboundLimits(connect_timeout_s=1.0, read_timeout_s=1.0, total_timeout_s=3.0)
    with open_session(limits) as session:
        error = refusal(FranceConnect(config, clock, session))
    assert error.code == "login.unavailable"
    assert forger.calls["/token"] == 1


def test_the_secret_and_the_code_follow_no_redirect(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Not even FranceConnect may send our secret elsewhere."""
    forger.answers["/token"] = Answer(status=307, location=f"{forger.issuer}/elsewhere")
    assert refusal(provider).code == "login.unavailable"
    assert forger.calls["/elsewhere"] == 0


def test_neither_secret_nor_tokens_show_in_a_printed_object(
    provider: FranceConnect, config: FranceConnectConfig
) -> None:
    """What is printed ends in logs."""
    identified = provider.identify("code", NONCE)
    assert CLIENT_SECRET not in repr(config)
    assert ACCESS_TOKEN not in repr(identified)
