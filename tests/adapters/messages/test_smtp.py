"""Codes by e-mail over the real protocol: what arrives, and what each refusal of a server means to us."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bridge.adapters.messages.smtp import SmtpSender
from bridge.domain.code_message import code_message
from bridge.domain.contact import Reachable
from bridge.errors import ConfigurationError, PermanentError, RemoteError, TransientError
from bridge.setting_types import LOOPBACK
from tests.domain.people import contact
from tests.fakes.clock import START, FakeClock
from tests.servers.messages import StandInMessages, mail_server, stand_in_messages, trusting_tls

SENDER = "mes-demandes@mairie.example"
ANGELA = Reachable(contact(), "angela@citoyens.example", ())
MESSAGE = code_message("12345678", "Villeneuve-d’Ascq", START)


@pytest.fixture(scope="module")
def standing() -> Iterator[StandInMessages]:
    """Give the mail server of this module."""
    with stand_in_messages() as server:
        yield server


@pytest.fixture
def server(standing: StandInMessages) -> StandInMessages:
    """Give it with an empty inbox and no fault."""
    standing.reset()
    return standing


def sender(url: str, **changes: Any) -> SmtpSender:
    """Give a client of this server."""
    return SmtpSender(url, SENDER, FakeClock(), **({"timeout_s": 5.0} | changes))


def refusal(client: SmtpSender, to: Reachable = ANGELA) -> tuple[type[RemoteError], str]:
    """Give what the sender says of a code that did not leave; no address and no word of the server in it."""
    with pytest.raises(RemoteError) as caught:
        client.send(to, MESSAGE)
    error = caught.value
    assert error.system == "mail"
    assert "angela" not in f"{error.explanation} {error!r}"
    assert error.__cause__ is None
    return type(error), error.code


def test_a_code_arrives_as_it_was_written(server: StandInMessages) -> None:
    """Subject and text, accents and all, at the address of the Contact."""
    sender(server.ready["smtp_url"]).send(ANGELA, MESSAGE)
    [arrived] = server.inbox("angela@citoyens.example")
    assert arrived["subject"] == "Villeneuve-d’Ascq : votre code"
    assert arrived["text"].replace("\r\n", "\n") == MESSAGE.text


def test_a_greeting_sends_nothing(server: StandInMessages) -> None:
    """The doctor asks whether the server is there and lets us in."""
    sender(server.ready["smtp_url"]).greet()
    assert server.inbox() == []
    with pytest.raises(TransientError) as away:
        sender("smtp://127.0.0.1:9").greet()
    assert away.value.code == "mail.unreachable"


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("smtp_greylist", (TransientError, "mail.451")),
        ("smtp_no_mailbox", (PermanentError, "mail.550")),
        ("smtp_cut", (TransientError, "mail.unreachable")),
    ],
)
def test_what_a_server_refuses(
    server: StandInMessages, fault: str, expected: tuple[type[RemoteError], str]
) -> None:
    """Later is transient, no is permanent, and a broken line may have carried it: tried again."""
    server.switch(**{fault: 1})
    assert refusal(sender(server.ready["smtp_url"])) == expected
    sender(server.ready["smtp_url"]).send(ANGELA, MESSAGE)
    assert len(server.inbox()) == 1


def test_a_sender_the_server_does_not_know_is_refused(server: StandInMessages) -> None:
    """A server wants a whole address of us too."""
    client = replace(sender(server.ready["smtp_url"]), sender="demandes@localhost")
    assert refusal(client) == (PermanentError, "mail.504")


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "angela",
        "angela@",
        "@mairie.example",
        "a b@mairie.example",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: mallory@evil.example",
        "a@b.example\x00",
        "<a@b.example>",
    ],
)
def test_what_is_no_address_is_never_written_to(server: StandInMessages, address: str | None) -> None:
    """Nobody adds a receiver or a header through a field of a Contact."""
    client = sender(server.ready["smtp_url"])
    assert refusal(client, replace(ANGELA, email=address)) == (PermanentError, "mail.no_address")
    assert server.inbox() == []


def test_nobody_there_is_transient() -> None:
    """A server that does not answer is asked again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert refusal(sender(f"smtp://127.0.0.1:{port}")) == (TransientError, "mail.unreachable")


def test_a_login_travels_under_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside this machine the line is secured first, then the password is said."""
    monkeypatch.setattr("bridge.adapters.messages.smtp.LOOPBACK", LOOPBACK - {"localhost"})
    with mail_server(tls=True, login=("ville", "p@ss")) as (port, inbox, _faults):
        url = f"smtp://ville:p%40ss@localhost:{port}"
        sender(url, tls=trusting_tls()).send(ANGELA, MESSAGE)
        assert [message.to for message in inbox.messages()] == ["angela@citoyens.example"]
        wrong = f"smtp://ville:other@localhost:{port}"
        assert refusal(sender(wrong, tls=trusting_tls())) == (PermanentError, "mail.login")
        assert refusal(sender(url)) == (TransientError, "mail.tls")
        assert "p%40ss" not in repr(sender(url))


def test_a_server_without_tls_is_refused_outside_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A code does not cross a network in the clear, and nobody strips the offer of TLS."""
    monkeypatch.setattr("bridge.adapters.messages.smtp.LOOPBACK", LOOPBACK - {"localhost"})
    with mail_server() as (port, inbox, _faults):
        assert refusal(sender(f"smtp://localhost:{port}")) == (PermanentError, "mail.unsupported")
        assert inbox.messages() == []


@pytest.mark.parametrize(
    ("url", "address", "names"),
    [
        ("smtp://127.0.0.1:25", "", "BRIDGE_MAIL_FROM"),
        ("smtp://127.0.0.1:25", "Mairie <a@b.example>", "BRIDGE_MAIL_FROM"),
        ("smtp://:25", SENDER, "BRIDGE_SMTP_URL"),
    ],
)
def test_a_road_that_could_never_work_stops_the_start(url: str, address: str, names: str) -> None:
    """Named, before the first citizen waits for a code."""
    with pytest.raises(ConfigurationError, match=names):
        SmtpSender(url, address, FakeClock())
