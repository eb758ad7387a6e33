"""A flood of wrong signatures is told in a few lines, stops being read, and shuts nobody else out (A108)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from bridge.adapters.store.store import SqlStore
from bridge.http.origins import Origins
from tests.fakes.clock import FakeClock
from tests.webhooks.test_municipal import door
from tests.webhooks.test_signatures import OTHER, SECRET, signed
from webhooks.wrong_signatures import MOST_A_MINUTE

ATTACKER, VENDOR, BODY = "100.128.0.9", "100.128.0.10", b"{}"
Send = Callable[..., TestResponse]


@pytest.fixture
def send(sqlite_store: SqlStore, clock: FakeClock) -> Send:
    """Give a sender of hints to a door that tells callers apart."""
    secrets = {"voirie": (SECRET,), "urbanisme": (SECRET,)}
    client = door(sqlite_store, clock, [], secrets, origins=Origins(b"k" * 32)).test_client()

    def sent(secret: bytes = OTHER, *, address: str = ATTACKER, source: str = "voirie") -> TestResponse:
        headers = signed(secret=secret, at=clock.now(), body=BODY)
        path, caller = f"/webhooks/sources/{source}", {"REMOTE_ADDR": address}
        return client.post(path, data=BODY, headers=headers, environ_base=caller)

    return sent


def test_a108_whoever_signs_wrongly_again_and_again_waits_a_minute(send: Send, clock: FakeClock) -> None:
    """He is told when to come back; a minute later he is read again."""
    assert {send().status_code for _ in range(MOST_A_MINUTE)} == {401}
    refused = send(SECRET)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "webhook.signatures")
    assert refused.headers["Retry-After"] == "60"
    clock.move(timedelta(minutes=1))
    assert send(SECRET).status_code == 202


def test_a108_a_flood_shuts_nobody_else_out(send: Send) -> None:
    """Neither the source's own system, nor the same address when it speaks for another source."""
    for _ in range(MOST_A_MINUTE + 1):
        send()
    assert send(SECRET, address=VENDOR).status_code == 202
    assert send(SECRET, source="urbanisme").status_code == 202


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7"])
def test_a108_who_may_be_a_proxy_is_everybody_and_never_shut_out(send: Send, address: str) -> None:
    """A proxy that names no caller would stand for all of them."""
    assert {send(address=address).status_code for _ in range(MOST_A_MINUTE + 9)} == {401}
    assert send(SECRET, address=address).status_code == 202


def test_a108_sources_nobody_has_are_counted_as_one(send: Send) -> None:
    """Made-up names give an attacker no new attempts."""
    answers = [send(source=f"s{number}").status_code for number in range(MOST_A_MINUTE + 1)]
    assert answers == [401] * MOST_A_MINUTE + [429]


def test_a108_the_log_tells_of_a_flood_in_a_few_lines(send: Send) -> None:
    """The first, the tenth, the hundredth; without an address."""
    with capture_logs() as lines:
        for _ in range(105):
            send()
    told = [line for line in lines if line["event"] == "wrong signatures"]
    assert [(line["source"], line["this_minute"]) for line in told] == [("voirie", n) for n in (1, 10, 100)]
    assert ATTACKER not in str(told)
