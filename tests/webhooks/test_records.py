"""The door of systems that push their records: what is taken, what is refused, and in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.usecases.pushing import ORDERED, SOURCE, Hall, news
from tests.webhooks.test_municipal import door
from tests.webhooks.test_signatures import OLD, OTHER, SECRET, signed

PATH = f"/webhooks/sources/{SOURCE}"


@dataclass
class Sender:
    """The planning office's system, and the hall it pushes to."""

    client: FlaskClient
    hall: Hall

    def send(
        self,
        document: object = None,
        *,
        body: bytes | None = None,
        path: str = PATH,
        secret: bytes = SECRET,
        number: str = "d_1",
        **options: Any,
    ) -> TestResponse:
        """Push a document, or these bytes."""
        sent = json.dumps(document).encode() if body is None else body
        headers = signed(at=self.hall.clock.now(), body=sent, number=number, secret=secret)
        options = {"content_type": "application/json"} | options
        return self.client.post(path, data=sent, headers=headers, **options)

    def refused(self, *given: Any, **options: Any) -> tuple[int, str]:
        """Push, and give status and code of the refusal; nothing may be left of it."""
        answer = self.send(*given, **options)
        assert self.hall.waiting() == 0
        return answer.status_code, answer.get_json()["code"]


def records(*values: dict[str, object], **more: object) -> dict[str, object]:
    """Give an envelope."""
    return {"type": "records", "records": list(values), **more}


@pytest.fixture
def sender(sqlite_store: SqlStore, clock: FakeClock) -> Iterator[Sender]:
    """A system whose records are numbered, and its two secrets while one replaces the other."""
    hall = Hall(sqlite_store, clock, ORDERED)
    app = door(sqlite_store, clock, [], {SOURCE: (SECRET, OLD), "voirie": (OTHER,)}, hall.receive)
    with app.test_client() as client:
        yield Sender(client, hall)


def test_a_delivery_is_committed_before_the_answer(sender: Sender) -> None:
    """202 with our id of it; the bell comes after, and the records become cases."""
    answer = sender.send(records(news(SEQ=1)))
    assert (answer.status_code, answer.get_json()["delivery"][:2]) == (202, "d_")
    answer.close()
    assert sender.hall.bell.rung == ["inbox"]
    sender.hall.work()
    assert sender.hall.codes() == ["INST"]


def test_a_delivery_sent_again_gets_the_same_answer(sender: Sender) -> None:
    """Row A92: whatever happened to our first answer, the second is its double, and has no effect."""
    first = sender.send(records(news(SEQ=1)))
    again = sender.send(records(news(SEQ=1)), secret=OLD)
    assert (again.status_code, again.data) == (202, first.data)
    assert sender.hall.waiting() == 1


def test_another_body_under_one_id_is_kept_aside(sender: Sender) -> None:
    """Row A93: both are signed, the first one counts, a person sees the second."""
    sender.send(records(news(SEQ=1)))
    assert sender.send(records(news(SEQ=2))).status_code == 202
    assert [one.cause_code for one in sender.hall.parked()] == ["delivery.conflict"]


def test_a_key_of_another_source_is_refused(sender: Sender) -> None:
    """Row A95: who may speak for the streets may not speak for planning."""
    assert sender.refused(records(news(SEQ=1)), secret=OTHER) == (401, "webhook.signature")


@pytest.mark.parametrize("more", [{"source": "voirie"}, {"type": "people"}])
def test_what_a_key_may_not_speak_for_is_refused(sender: Sender, more: dict[str, object]) -> None:
    """Row A98: another source's name in the body, or another kind of news."""
    assert sender.refused(records(news(SEQ=1)) | more) == (403, "delivery.forbidden")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"type": "records", "type": "records", "records": []}',
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' + b"[" * 20 + b"]" * 20 + b"}",
        rb'{"a": "\ud800"}',
        rb'{"a": "\u0000"}',
        '{"a": 1}'.encode("utf-16"),
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_json_with_two_meanings_is_refused(sender: Sender, body: bytes) -> None:
    """Row A77: depth, NaN, endless numbers, a name twice, half a letter: one refusal for all."""
    assert sender.refused(body=body) == (400, "json.invalid")


def test_each_field_at_fault_is_named_and_no_value(sender: Sender) -> None:
    """A developer reads where and what was expected; what they sent is not read back to them."""
    wrong = news(2, SEQ=2, NOM={"first": "Dupont"}, OBJET=["Dupont"])
    del wrong["CD_ETAT"]
    answer = sender.send(records(news(1, SEQ=1), wrong, news(3, SEQ=None)))
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    document = answer.get_json()
    assert document["code"] == "delivery.fields"
    plain = "a text, a number, true, false or null"
    assert document["errors"] == {
        "records[1].NOM": plain,
        "records[1].OBJET": plain,
        "records[1].CD_ETAT": "required",
        "records[2].SEQ": "required",
    }
    assert "Dupont" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("document", "errors"),
    [
        ({}, {"type": "required", "records": "required"}),
        ({"type": 1, "records": {}}, {"type": "a text", "records": "a list of records"}),
        (records("DP 1"), {"records[0]": "an object"}),  # type: ignore[arg-type]  # what a sender may send
        (records(), {"records": "one record or more"}),
    ],
)
def test_an_envelope_that_is_none_is_explained(
    sender: Sender, document: object, errors: dict[str, str]
) -> None:
    """The frame is checked as its records are."""
    assert sender.send(document).get_json()["errors"] == errors


def test_too_large_is_refused_before_it_is_read(sender: Sender) -> None:
    """Row A97: 10 MB, or 20,000 records in one; nothing of it is parsed."""
    assert sender.refused(body=b" " * (10 * 1024 * 1024)) == (413, "http.413")
    assert sender.refused(records(*({} for _ in range(20_000)))) == (413, "http.413")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_kind_of_body_is_refused(sender: Sender, kind: str) -> None:
    """Row A100."""
    assert sender.refused(records(news(SEQ=1)), content_type=kind) == (415, "http.415")


def test_a_source_that_pushes_too_much_is_told_when_to_come_back(sender: Sender) -> None:
    """The quota is a source's own; nothing of what is refused is kept."""
    hall = Hall(sender.hall.store, sender.hall.clock, ORDERED, quota=1)
    app = door(hall.store, hall.clock, [], {SOURCE: (SECRET,)}, hall.receive)
    crowded = Sender(app.test_client(), hall)
    assert crowded.send(records(news(SEQ=1)), number="d_1").status_code == 202
    answer = crowded.send(records(news(SEQ=2)), number="d_2")
    assert (answer.status_code, answer.get_json()["code"]) == (429, "webhook.quota")
    assert answer.headers["Retry-After"] == "60"


def test_addresses_in_a_record_are_never_fetched(sender: Sender) -> None:
    """Row A99: an address is a text like any other; there is nothing here that could follow it."""
    told = news(SEQ=1, OBJET="http://127.0.0.1:9/latest/meta-data", pieces="file:///etc/passwd")
    assert sender.send(records(told)).status_code == 202
    sender.hall.work()
    assert sender.hall.case().content.title == "http://127.0.0.1:9/latest/meta-data"


def test_a_source_of_hints_is_not_read(sender: Sender) -> None:
    """Another source of the same door keeps its hints: any body will do."""
    answer = sender.send(
        body=b"moved=1", path="/webhooks/sources/voirie", secret=OTHER, content_type="text/plain"
    )
    assert (answer.status_code, answer.data) == (202, b"")


def test_a108_a_flood_of_wrong_signatures_costs_a_comparison_each(sender: Sender) -> None:
    """Neither the body is read as JSON nor the database asked, and the source itself is still heard."""
    asked: list[str] = []
    engine = sender.hall.store._engine

    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for number in range(200):
        answer = sender.send(body=b'{"records": [' * 1_000, secret=OTHER, number=f"d_{number}")
        assert (answer.status_code, answer.get_json()["code"]) == (401, "webhook.signature")
    assert asked == []
    assert sender.send(records(news(SEQ=1))).status_code == 202
