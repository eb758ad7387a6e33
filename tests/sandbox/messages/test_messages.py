"""The stand-ins for mail and SMS are not kinder than real ones, and a person can read what came."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import requests

from tests.servers.messages import StandInMessages, stand_in_messages

TO = "angela@citoyens.example"


@pytest.fixture(scope="module")
def standing() -> Iterator[StandInMessages]:
    """Give the stand-ins of this module."""
    with stand_in_messages() as server:
        yield server


@pytest.fixture
def server(standing: StandInMessages) -> StandInMessages:
    """Give them with an empty inbox and no fault."""
    standing.reset()
    return standing


def message(**headers: str) -> EmailMessage:
    """Give a whole message, with headers changed; an empty one is left out."""
    written = EmailMessage()
    whole = {
        "From": "a@mairie.example",
        "To": TO,
        "Subject": "Objet",
        "Date": "Mon, 03 Mar 2025 09:00:00 +0000",
        "Message-ID": "<1@mairie.example>",
    }
    for name, value in (whole | headers).items():
        if value:
            written[name] = value
    written.set_content("Bonjour")
    return written


def client(server: StandInMessages) -> smtplib.SMTP:
    """Give a plain client."""
    return smtplib.SMTP("127.0.0.1", int(server.ready["smtp_url"].rsplit(":", 1)[1]), timeout=5)


@pytest.mark.parametrize("name", ["From", "Date", "Message-ID", "Subject"])
def test_a_message_without_its_headers_is_refused(server: StandInMessages, name: str) -> None:
    """RFC 5322 and what large receivers add to it."""
    with client(server) as smtp, pytest.raises(smtplib.SMTPDataError) as refused:
        smtp.send_message(message(**{name: ""}), "a@mairie.example", [TO])
    assert refused.value.smtp_code == 550
    assert server.inbox() == []


@pytest.mark.parametrize(
    ("sender", "to"), [("root", TO), ("root@localhost", TO), ("a@mairie.example", "angela")]
)
def test_half_an_address_is_refused(server: StandInMessages, sender: str, to: str) -> None:
    """Both ends need a domain."""
    with client(server) as smtp, pytest.raises(smtplib.SMTPException):
        smtp.send_message(message(), sender, [to])


def test_a_fault_is_spent(server: StandInMessages) -> None:
    """One recipient is told to come back; the next one is taken."""
    server.switch(smtp_greylist=1)
    with client(server) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.send_message(message(), "a@mairie.example", [TO])
        smtp.send_message(message(), "a@mairie.example", [TO])
    assert [one["to"] for one in server.inbox()] == [TO]
    for wrong in ({"sms_999": 1}, {"sms_429": "often"}, {"sms_429": -1}):
        answer = requests.post(f"{server.ready['url']}/sandbox/faults", json=wrong, timeout=5)
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("token", "body", "status", "error"),
    [
        ("", {"to": "+33612345678", "text": "x"}, 401, "invalid_token"),
        ("wrong", {"to": "+33612345678", "text": "x"}, 401, "invalid_token"),
        ("good", {"to": "0612345678", "text": "x"}, 400, "invalid_recipient"),
        ("good", {"to": "+33612345678", "text": ""}, 400, "invalid_text"),
        ("good", {"to": "+33612345678", "text": "x" * 460}, 400, "invalid_text"),
        ("good", {"to": "+33612345678"}, 400, "invalid_body"),
        ("good", {"to": "+33612345678", "text": "x", "from": "y"}, 400, "invalid_body"),
        ("good", ["+33612345678"], 400, "invalid_body"),
        ("good", "to=x", 415, "unsupported_media_type"),
    ],
)
def test_a_gateway_refuses(
    server: StandInMessages, token: str, body: object, status: int, error: str
) -> None:
    """Token, form, number, length: each with its own word."""
    given = server.ready["sms_token"] if token == "good" else token
    content = {"data": body} if isinstance(body, str) else {"json": body}
    answer = requests.post(
        server.ready["sms_url"], headers={"Authorization": f"Bearer {given}"}, timeout=5, **content
    )
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert server.inbox() == []


def test_a_person_reads_what_came(server: StandInMessages) -> None:
    """Mail and SMS on one page, as text."""
    with client(server) as smtp:
        smtp.send_message(message(Subject="<script>"), "a@mairie.example", [TO])
    headers = {"Authorization": f"Bearer {server.ready['sms_token']}"}
    sms = {"to": "+33612345678", "text": "votre code est 1234 5678"}
    assert requests.post(server.ready["sms_url"], json=sms, headers=headers, timeout=5).status_code == 202
    page = requests.get(server.ready["url"], timeout=5).text
    assert page.index("1234 5678") < page.index("Bonjour")
    assert "<script>" not in page
    assert [one["to"] for one in server.inbox("+33612345678")] == ["+33612345678"]
