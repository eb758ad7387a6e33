"""Outbound messages really posted, until they are acknowledged."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from sandbox.tls import issue_certificate, open_door
from tests.sandbox.salesforce.wire import Wire
from tests.servers.loopback import serving
from tests.servers.patience import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OUT = "{http://soap.sforce.com/2005/09/outbound}"
ACK = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><notificationsResponse'
    f' xmlns="{OUT[1:-1]}"><Ack>true</Ack></notificationsResponse></e:Body></e:Envelope>'
)
PATIENCE_S = 60.0


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


def outbox(wire: Wire) -> dict[str, int]:
    """Give how many notifications wait, and how the others ended."""
    told: dict[str, int] = wire.get("/sandbox/outbound-messages").json()
    return told


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


def test_cases_are_told_up_to_a_hundred_in_a_message(wire: Wire, listener: Listener, endpoint: str) -> None:
    """130 saved Cases that wait go in two messages, each notification with its own id."""
    listener.answers = [("503 X", "")] * 130
    rule(wire, endpoint, sobject="Case", fields=["Id", "Subject"], first_retry_s=60)
    records = [{"attributes": {"type": "Case"}, "Subject": f"S{n}"} for n in range(130)]
    made = wire.post("composite/sobjects", {"records": records}).json()
    wait_for(lambda: outbox(wire)["refused"] == 130)
    listener.answers.clear()
    listener.received.clear()
    wire.clock.advance(minutes=2)
    wait_for(lambda: outbox(wire)["acknowledged"] == 130)
    sizes = [len(list(message.iter(f"{OUT}Notification"))) for message in listener.received]
    assert sizes == [100, 30]
    assert [record for _, record in listener.told()] == [item["id"] for item in made]
    ids = {
        each.findtext(f"{OUT}Id")
        for message in listener.received
        for each in message.iter(f"{OUT}Notification")
    }
    assert len(ids) == 130


def test_retries_grow_and_end_after_a_day(wire: Wire, listener: Listener, endpoint: str) -> None:
    """Each wait doubles, up to two hours; after 24 hours the notification is dropped."""
    listener.answers = [("503 X", "")] * 30
    rule(wire, endpoint, first_retry_s=1800)
    wire.create("Contact", LastName="A")
    listener.wait(1)
    for failures, minutes in enumerate((31, 61, 121, 121), start=1):
        wait_for(lambda failures=failures: outbox(wire)["refused"] == failures)  # type: ignore[misc]
        wire.clock.advance(minutes=minutes - 2)
        assert not listener.heard.acquire(timeout=0.1)
        wire.clock.advance(minutes=2)
        listener.wait(1)
    wait_for(lambda: outbox(wire)["refused"] == 5)
    wire.clock.advance(hours=24)
    wait_for(lambda: outbox(wire)["given_up"] == 1)
    assert outbox(wire)["waiting"] == 0


def test_a_record_deleted_before_delivery_is_told_without_fields(
    wire: Wire, listener: Listener, endpoint: str
) -> None:
    """The values are read when the message is sent."""
    listener.answers = [("503 X", "")]
    rule(wire, endpoint, first_retry_s=60)
    contact = wire.create("Contact", LastName="A")
    listener.wait(1)
    wire.delete(f"sobjects/Contact/{contact}")
    wait_for(lambda: outbox(wire)["refused"] == 1)
    wire.clock.advance(minutes=2)
    listener.wait(1)
    assert [record for _, record in listener.told()] == [contact, None]


def test_messages_may_come_in_another_order(wire: Wire, listener: Listener, endpoint: str) -> None:
    """One notification each, the newest first."""
    listener.answers = [("503 X", "")] * 3
    rule(wire, endpoint, first_retry_s=60, newest_first=True, most=1)
    made = [wire.create("Contact", LastName=name) for name in "ABC"]
    listener.wait(3)
    wait_for(lambda: outbox(wire)["refused"] == 3)
    listener.received.clear()
    wire.clock.advance(minutes=2)
    listener.wait(3)
    assert [record for _, record in listener.told()] == made[::-1]


def test_the_org_shows_its_certificate(
    wire: Wire, listener: Listener, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener behind mutual TLS hears of the change from who has the certificate, and from nobody else."""
    ca_file, context = issue_certificate(tmp_path)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(ca_file)
    door = socket.create_server(("127.0.0.1", 0))
    open_door(door, context, urlsplit(endpoint).port or 0)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca_file))
    address = f"https://127.0.0.1:{door.getsockname()[1]}/hook"
    rule(wire, address, first_retry_s=3600)
    rule(wire, address, client_certificate=str(tmp_path / "server.pem"))
    wire.create("Contact", LastName="A")
    listener.wait(1)
    wait_for(lambda: outbox(wire) == {"waiting": 1, "acknowledged": 1, "refused": 1, "given_up": 0})


def test_the_integration_user_may_be_silent(wire: Wire, listener: Listener, endpoint: str) -> None:
    """Without "Send Outbound Messages" on its profile, only what others save is told."""
    wire.fault(integration_user_silent=True)
    rule(wire, endpoint)
    contact = wire.create("Contact", LastName="A")
    agent = wire.post("/sandbox/agent-session").json()
    wire.headers = {"Authorization": f"Bearer {agent['access_token']}"}
    wire.patch(f"sobjects/Contact/{contact}", {"FirstName": "B"})
    listener.wait(1)
    wait_for(lambda: outbox(wire) == {"waiting": 0, "acknowledged": 1, "refused": 0, "given_up": 0})
    assert wire.read("Contact", contact)["LastModifiedById"] == agent["user_id"]
