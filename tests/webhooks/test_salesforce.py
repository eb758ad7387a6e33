"""The door of the org: who may knock, what is noted, and when it is acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from bridge.adapters.store.store import SqlStore
from bridge.domain.record_ids import record_id
from bridge.errors import TransientError
from bridge.http.access import guard
from bridge.http.correlation import follow_requests
from bridge.http.problems import answer_problems
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.outbound_envelope import Notification, envelope, is_acknowledged
from tests.fakes.clock import FakeClock
from webhooks.salesforce import salesforce_blueprint

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

TOKEN = "t" * 40
ORG = "00DQk0000000001MAA"
CONTACT = "003Qk000000001AIAQ"


def message(org: str = ORG, kind: str = "Contact") -> bytes:
    """Give a message about one record."""
    return envelope(org, "https://ville.example", [Notification("04l1", kind, {"Id": CONTACT})])


def knock(
    store: SqlStore,
    clock: FakeClock,
    body: bytes,
    *,
    token: str = TOKEN,
    configured: str = TOKEN,
    organization_id: Callable[[], str] = lambda: ORG,
    content_type: str = "text/xml; charset=utf-8",
) -> TestResponse:
    """Post a body to the door alone."""
    app = Flask("door")
    follow_requests(app)
    guard(app, lambda _request: None, lambda _request: None)
    app.register_blueprint(salesforce_blueprint(store, clock, configured, organization_id))
    answer_problems(app)
    client = app.test_client()
    return client.post(f"/webhooks/salesforce/{token}", data=body, content_type=content_type)


def noticed(store: SqlStore) -> tuple[str, ...]:
    """Give what is to be looked at."""
    with store.read() as tx:
        return tx.contact_log.noticed(10)


def test_a_contact_named_is_noted_and_acknowledged(store: SqlStore, clock: FakeClock) -> None:
    """The note is there before the answer; a repetition is one more look and nothing else."""
    answers = [knock(store, clock, message()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(is_acknowledged(answer.data) for answer in answers)
    assert answers[0].mimetype == "text/xml"
    assert noticed(store) == (CONTACT,)


@pytest.mark.parametrize(("token", "configured"), [("x" * 40, TOKEN), ("", ""), (TOKEN, ""), ("é", TOKEN)])
def test_without_the_secret_there_is_no_door(
    sqlite_store: SqlStore, clock: FakeClock, token: str, configured: str
) -> None:
    """A wrong end of the address, or a door that is shut, is a page that does not exist."""
    answer = knock(sqlite_store, clock, message(), token=token, configured=configured)
    assert answer.status_code == 404
    assert noticed(sqlite_store) == ()


def test_a102_another_org_is_refused(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Every customer of Salesforce has the same addresses and the same certificate."""
    answer = knock(sqlite_store, clock, message("00DQk0000000002MAA"))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "notification.organization")
    assert noticed(sqlite_store) == ()


def test_a_case_named_is_noted_and_acknowledged(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Under its eighteen characters, whichever form the message has (A103)."""
    case = record_id("500Qk0000000001")
    for given in ("500Qk0000000001", case):
        told = [Notification("04lQk0000000001", "Case", {"Id": given, "Subject": "Clôture"})]
        assert knock(sqlite_store, clock, envelope(ORG, "https://ville.example", told)).status_code == 200
    with sqlite_store.read() as tx:
        assert tx.case_feed.noticed(10) == (case,)
    assert noticed(sqlite_store) == ()


def test_a_notification_said_again_is_noted_once(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """An acknowledgement that was lost on its way costs no second look."""
    told = [Notification(make_id("04l", 7), "Contact", {"Id": CONTACT})]
    body = envelope(ORG, "https://ville.example", told)
    assert knock(sqlite_store, clock, body).status_code == 200
    with sqlite_store.begin() as tx:
        tx.contact_log.looked_at([CONTACT], clock.now())
    assert is_acknowledged(knock(sqlite_store, clock, body).data)
    assert noticed(sqlite_store) == ()


def test_a106_a_record_nobody_asked_for_is_parked_and_acknowledged(
    sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """Repeating it for a day would help nobody; one row tells whoever set the message up."""
    for _ in range(2):
        assert knock(sqlite_store, clock, message(kind="Lead")).status_code == 200
    assert noticed(sqlite_store) == ()
    with sqlite_store.read() as tx:
        (cause,) = tx.stopped.causes()
    assert (cause.cause_code, cause.count) == ("notification.kind", 1)


def test_a104_a_session_id_reaches_no_table(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """An org that still sends one does not have it kept here."""
    body = message().replace(b'<SessionId xsi:nil="true"/>', b"<SessionId>00D!canary</SessionId>")
    assert knock(sqlite_store, clock, body).status_code == 200
    with sqlite_store._engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]  # SQLite's
    assert CONTACT in dump
    assert "canary" not in dump


def test_a_message_is_not_acknowledged_when_we_cannot_know_our_org(
    sqlite_store: SqlStore, clock: FakeClock
) -> None:
    """The org repeats it later, when we can."""

    def away() -> str:
        raise TransientError("away", system="salesforce")

    assert knock(sqlite_store, clock, message(), organization_id=away).status_code == 503
    assert noticed(sqlite_store) == ()


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "application/x-www-form-urlencoded"]
)
def test_a100_another_kind_of_body_is_refused(
    sqlite_store: SqlStore, clock: FakeClock, content_type: str
) -> None:
    """An outbound message is XML."""
    assert knock(sqlite_store, clock, message(), content_type=content_type).status_code == 415


def test_a97_a_body_too_large_is_refused_unread(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """A hundred notifications fit well below the limit."""
    assert knock(sqlite_store, clock, b" " * (256 * 1024 + 1)).status_code == 413


def test_a107_nothing_sent_comes_back(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """A refusal says what is wrong in our words alone."""
    answer = knock(sqlite_store, clock, message().replace(ORG.encode(), b"<Ack>true</Ack>"))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "notification.malformed")
    assert b"<Ack>" not in answer.data
