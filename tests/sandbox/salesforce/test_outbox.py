"""Outbound messages really posted, until they are acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.sandbox.salesforce.wire import Wire
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OUT = "{http://soap.sforce.com/2005/09/outbound}"
ACK = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><notificationsResponse'
    f' xmlns="{OUT[1:-1]}"><Ack>true</Ack></notificationsResponse></e:Body></e:Envelope>'
)
PATIENCE_S = 10.0


class Listener:
    """Keeps what it was sent; answers what it is told, one after the other, then acknowledges."""

    def __init__(self) -> None:
        self.received: list[ElementTree.Element] = []
        self.answers: list[tuple[str, str]] = []
        self.heard = threading.Semaphore(0)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.received.append(ElementTree.fromstring(body))
        status, answer = self.answers.pop(0) if self.answers else ("200 OK", ACK)
        start(status, [("Content-Type", "text/xml")])
        self.heard.release()
        return [answer.encode()]

    def wait(self, messages: int) -> None:
        """Wait for this many messages."""
        for _ in range(messages):
            assert self.heard.acquire(timeout=PATIENCE_S)

    def told(self) -> list[tuple[str, str | None]]:
        """Give organization and record of each notification received."""
        return [
            (message.findtext(f".//{OUT}OrganizationId", ""), _record_id(each))
            for message in self.received
            for each in message.iter(f"{OUT}Notification")
        ]


def _record_id(notification: ElementTree.Element) -> str | None:
    return notification.findtext(f"{OUT}sObject/{{urn:sobject.enterprise.soap.sforce.com}}Id")


@pytest.fixture
def listener() -> Listener:
    """Somebody who listens."""
    return Listener()


@pytest.fixture
def endpoint(listener: Listener) -> Iterator[str]:
    """Where it listens."""

    def application(_address: str) -> WSGIApplication:
        return listener

    with serving(application) as address:
        yield f"{address}/hook"


def rule(wire: Wire, endpoint: str, **more: object) -> None:
    """Have the org tell of each saved Contact."""
    body = {"sobject": "Contact", "endpoint": endpoint, "first_retry_s": 0.05, **more}
    assert wire.post("/sandbox/outbound-messages", body).status_code == 200


def test_a_saved_record_is_told(wire: Wire, listener: Listener, endpoint: str) -> None:
    """Organization, and the record with the fields asked for."""
    rule(wire, endpoint, fields=["Id", "LastName"])
    contact = wire.create("Contact", LastName="O'Neil & <b>")
    listener.wait(1)
    assert listener.told() == [(wire.org.organization_id, contact)]
    assert "O'Neil & <b>" in "".join(listener.received[0].itertext())


def test_only_the_documented_answer_acknowledges(wire: Wire, listener: Listener, endpoint: str) -> None:
    """An error, a bare 200, JSON and `Ack` false all mean "again"."""
    listener.answers = [
        ("503 X", ACK),
        ("200 OK", ""),
        ("200 OK", '{"Ack": true}'),
        ("200 OK", ACK.replace("true", "false")),
    ]
    rule(wire, endpoint)
    wire.create("Contact", LastName="A")
    listener.wait(5)
    assert len(set(listener.told())) == 1


def test_a_message_may_come_twice_or_for_another_org(wire: Wire, listener: Listener, endpoint: str) -> None:
    """At least once is all that is promised, and the address may be known to other customers."""
    rule(wire, endpoint, twice=True, organization_id="00D000000000999AAA")
    contact = wire.create("Contact", LastName="A")
    listener.wait(2)
    assert listener.told() == [("00D000000000999AAA", contact)] * 2
