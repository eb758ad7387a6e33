"""Codes by SMS over real HTTP: French numbers as people type them, and what each refusal means to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bridge.adapters.messages.phone_numbers import mobile_number
from bridge.adapters.messages.sms import SmsSender
from bridge.domain.code_message import code_message
from bridge.domain.contact import Reachable
from bridge.errors import PermanentError, RemoteError, TransientError
from tests.domain.people import contact
from tests.fakes.clock import START, FakeClock
from tests.servers.loopback import serving
from tests.servers.messages import StandInMessages, stand_in_messages

ANGELA = Reachable(contact(), None, ("01 40 95 65 43", "06.12.34.56.78"))
MESSAGE = code_message("12345678", "Villeneuve-d’Ascq", START)


@pytest.fixture(scope="module")
def standing() -> Iterator[StandInMessages]:
    """Give the gateway of this module."""
    with stand_in_messages() as server:
        yield server


@pytest.fixture
def gateway(standing: StandInMessages) -> StandInMessages:
    """Give it with an empty inbox and no fault."""
    standing.reset()
    return standing


def sender(gateway: StandInMessages) -> SmsSender:
    """Give a client of this gateway."""
    return SmsSender(gateway.ready["sms_url"], gateway.ready["sms_token"], FakeClock())


def refusal(client: SmsSender, to: Reachable = ANGELA) -> RemoteError:
    """Give the error of a code that did not leave; no number in it."""
    with pytest.raises(RemoteError) as caught:
        client.send(to, MESSAGE)
    assert "612345678" not in f"{caught.value.explanation} {caught.value!r}"
    return caught.value


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("07.56.78.90.12", "+33756789012"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+32 470 12 34 56", "+32470123456"),
        ("+262 692 12 34 56", "+262692123456"),
        ("01 40 95 65 43", None),
        ("08 99 12 34 56", None),
        ("3646", None),
        ("06 12 34 56", None),
        ("+33 6 12 34 56 78 90", None),
        ("chez Paul", None),
        ("", None),
        ("6" * 500, None),
    ],
)
def test_numbers_as_people_type_them(typed: str, number: str | None) -> None:
    """French without a country; only what takes an SMS, and never a number that costs extra."""
    assert mobile_number([typed]) == number


def test_a_code_arrives_at_the_mobile_number(gateway: StandInMessages) -> None:
    """The first number that takes an SMS, in the one form a gateway takes."""
    sender(gateway).send(ANGELA, MESSAGE)
    [arrived] = gateway.inbox("+33612345678")
    assert arrived["text"] == MESSAGE.short


def test_no_mobile_number_is_no_road(gateway: StandInMessages) -> None:
    """Nothing is asked of the gateway."""
    error = refusal(sender(gateway), replace(ANGELA, phones=("01 40 95 65 43",)))
    assert (type(error), error.code) == (PermanentError, "sms.no_number")


def test_a_wrong_token_is_for_the_operator(gateway: StandInMessages) -> None:
    """Trying again would not help; the token is in no repr."""
    client = replace(sender(gateway), token="another-token")
    error = refusal(client)
    assert (type(error), error.code) == (PermanentError, "remote.401")
    assert "another-token" not in repr(client)


@pytest.mark.parametrize(
    ("fault", "code", "wait_s"), [("sms_429", "remote.429", 30.0), ("sms_503", "remote.503", None)]
)
def test_a_busy_gateway_is_asked_later(
    gateway: StandInMessages, fault: str, code: str, wait_s: float | None
) -> None:
    """With the time it asked for; the next try passes."""
    gateway.switch(**{fault: 1})
    error = refusal(sender(gateway))
    assert isinstance(error, TransientError)
    assert (error.code, error.retry_after_s) == (code, wait_s)
    sender(gateway).send(ANGELA, MESSAGE)
    assert len(gateway.inbox()) == 1


def test_a_gateway_that_redirects_gets_no_token() -> None:
    """The bearer token goes to the address of the settings and nowhere else."""
    seen: list[str] = []

    def app(_address: str):  # type: ignore[no-untyped-def]  # a WSGI application
        def answer(environ, start_response):  # type: ignore[no-untyped-def]  # the same
            seen.append(environ["PATH_INFO"])
            start_response("307 Temporary Redirect", [("Location", "/elsewhere"), ("Content-Length", "0")])
            return [b""]

        return answer

    with serving(app) as address:
        error = refusal(SmsSender(f"{address}/sms", "token", FakeClock()))
    assert (type(error), seen) == (PermanentError, ["/sms"])
