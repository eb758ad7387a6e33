"""What an outbound message may say, and every form it may not have."""

from __future__ import annotations

import pytest

from bridge.errors import RequestError
from sandbox.salesforce.outbound_envelope import Notification, envelope, is_acknowledged
from webhooks.outbound_messages import ACKNOWLEDGED, read_message

ORG = "00DQk0000000001MAA"
CONTACT = "003Qk000000001AIAQ"
PLAIN = envelope(ORG, "https://ville.example", [Notification("04l1", "Contact", {"Id": CONTACT})]).decode()


def refused(body: str | bytes) -> str:
    """Give the code of the refusal."""
    with pytest.raises(RequestError) as caught:
        read_message(body if isinstance(body, bytes) else body.encode())
    return caught.value.code


def test_a_message_names_its_org_and_its_records() -> None:
    """Of all it holds only ids are kept."""
    values = {"Id": CONTACT[:15], "LastName": "O'Neil & <b>", "Email": "a@example.fr"}
    told = [Notification("04l1", "Contact", values), Notification("04l2", "Case", {"Id": "500Qk0000000001"})]
    message = read_message(envelope(ORG, "https://ville.example", told))
    assert message.organization_id == ORG
    assert [kind for kind, _record in message.records] == ["Contact", "Case"]
    assert message.records[0] == ("Contact", CONTACT)
    assert "Neil" not in repr(message)


def test_one_bad_notification_does_not_block_the_others() -> None:
    """A record deleted before it was sent, and an id that is none, are counted and passed over."""
    told = [
        Notification("04l1", "Contact", {}),
        Notification("04l2", "Contact", {"Id": "nonsense"}),
        Notification("04l3", "Contact", {"Id": CONTACT}),
    ]
    message = read_message(envelope(ORG, "https://ville.example", told))
    assert (message.records, message.unreadable) == ((("Contact", CONTACT),), 2)


def test_a_hundred_notifications_are_read_and_no_more() -> None:
    """As many as the org ever sends."""
    each = Notification("04l1", "Contact", {"Id": CONTACT})
    assert len(read_message(envelope(ORG, "https://v.example", [each] * 100)).records) == 100
    assert refused(envelope(ORG, "https://v.example", [each] * 101)) == "notification.malformed"


def test_each_notification_bears_its_own_id() -> None:
    """By which a repetition is known; one without an id, or of a kind that is no name, still is read."""
    told = [
        Notification("04lQk0000000001", "Case", {"Id": "500Qk0000000001"}),
        Notification("nonsense", "Case", {"Id": "500Qk0000000002"}),
        Notification("04lQk0000000003", "no name", {"Id": "500Qk0000000003"}),
    ]
    message = read_message(envelope(ORG, "https://ville.example", told))
    assert [each.id is not None for each in message.notified] == [True, False, True]
    assert [each.kind for each in message.notified] == ["Case", "Case", ""]
    assert message.unreadable == 1


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE: dict[str, str | bytes] = {
    "external entity": PLAIN.replace("?>", '?><!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1),
    "external dtd": PLAIN.replace("?>", '?><!DOCTYPE e SYSTEM "http://127.0.0.1/x.dtd">', 1),
    "billion laughs": PLAIN.replace("?>", f'?><!doctype e [<!ENTITY l0 "ha">{LAUGHS}]>', 1),
    "deep nesting": "<a>" * 200_000,
    "undeclared entity": PLAIN.replace(ORG, f"{ORG}&nbsp;"),
    "comment in an id": PLAIN.replace(ORG, ORG[:5] + "<!-- -->" + ORG[5:]),
    "cdata": PLAIN.replace(ORG, f"<![CDATA[{ORG}]]>"),
    "instruction": PLAIN.replace(ORG, f"<?php {ORG}?>"),
    "two bodies": PLAIN.replace("<soapenv:Body>", "<soapenv:Body/><soapenv:Body>").replace(
        "<notifications", "<x/></soapenv:Body><soapenv:Body><notifications"
    )[: PLAIN.rindex("</soapenv:Envelope>")],
    "another namespace": PLAIN.replace("2005/09/outbound", "2005/09/inbound"),
    "two orgs": PLAIN.replace("<ActionId>", f"<OrganizationId>{ORG}</OrganizationId><ActionId>"),
    "no org": PLAIN.replace(f"<OrganizationId>{ORG}</OrganizationId>", ""),
    "a long org": PLAIN.replace(ORG, ORG * 100),
    "utf-7": PLAIN.replace('encoding="UTF-8"', 'encoding="UTF-7"'),
    "utf-16": PLAIN.encode("utf-16"),
    "latin-1": PLAIN.replace("ville", "é").encode("latin-1"),
    "json": '{"Id": "003"}',
    "nothing": "",
}


@pytest.mark.parametrize("form", HOSTILE)
def test_a101_a105_a_message_in_another_form_is_refused(form: str) -> None:
    """Entities, nesting, comments, encodings: refused whole, with one answer."""
    assert refused(HOSTILE[form]) == "notification.malformed"


def test_a104_a_session_id_is_never_kept() -> None:
    """An org that still sends one is not helped to leak it."""
    body = PLAIN.replace('<SessionId xsi:nil="true"/>', "<SessionId>00D!secret</SessionId>")
    assert "secret" not in repr(read_message(body.encode()))


def test_the_acknowledgement_is_the_documented_one() -> None:
    """The stand-in, which repeats on anything else, takes it."""
    assert is_acknowledged(ACKNOWLEDGED.encode())
