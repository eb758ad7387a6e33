"""HubEE and the gateways in front of the State's hubs: what a receiver is told, and what is refused."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.town.calls import client, said
from tests.sandbox.town.live import TIMEOUT_S, LiveTown

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_hubee_gives_case_and_event_notifications_until_they_are_deleted(early: LiveTown) -> None:
    """A notification read stays; deleted, it is gone; deleted twice, it is unknown."""
    url, hub = early.ready["hubee_url"], client(early, "hubee", "SI")
    _, first = said(hub, "GET", f"{url}/notifications", params={"maxResult": 3})
    _, again = said(hub, "GET", f"{url}/notifications", params={"maxResult": 3})
    assert (len(first), first) == (3, again)
    address = f"{url}/notifications/{first[0]['id']}"
    assert said(hub, "DELETE", address) == (204, None)
    assert said(hub, "DELETE", address) == (
        404,
        {"errors": [{"code": 404, "message": "Notification is not found"}]},
    )
    _, every = said(hub, "GET", f"{url}/notifications")
    assert {bool(notice["eventId"]) for notice in every} == {True, False}
    assert {notice["processCode"] for notice in every} == {
        "EtatCivil",
        "recensementCitoyen",
        "depotDossierPACS",
    }
    _, pacs = said(hub, "GET", f"{url}/notifications", params={"processCode": ["depotDossierPACS"]})
    assert {notice["processCode"] for notice in pacs} == {"depotDossierPACS"}


def test_hubee_keeps_message_and_comment_apart_and_shows_an_integration_error(early: LiveTown) -> None:
    """One text is for the other side, the other never leaves the receiver."""
    url, hub = early.ready["hubee_url"], client(early, "hubee", "SI")
    cases = [said(hub, "GET", f"{url}/cases/{case_id}")[1] for case_id in early.truth("hubee")]
    assert "SI_INTG_ERROR" in {event["caseNewStatus"] for case in cases for event in case["events"]}
    events = [event for case in cases for event in case["events"]]
    assert any(event["comment"] and event["comment"].startswith("INTERNE") for event in events)
    assert not any(event["message"] and "INTERNE" in event["message"] for event in events)


def test_hubee_takes_an_event_as_received_by_patch_and_by_post(early: LiveTown) -> None:
    """Both ways mean the same; another status, or another event, is refused."""
    url, hub = early.ready["hubee_url"], client(early, "hubee", "SI")
    _, notices = said(hub, "GET", f"{url}/notifications")
    events = [n for n in notices if n["eventId"]][:2]
    for method, notice in zip(("PATCH", "POST"), events, strict=True):
        address = f"{url}/cases/{notice['caseId']}/events/{notice['eventId']}"
        assert said(hub, "GET", address)[1]["status"] == "SENT"
        assert said(hub, method, address, json={"status": "DONE"})[0] == 400
        assert said(hub, method, address, json={"status": "RECEIVED"}) == (204, None)
        assert said(hub, "GET", address)[1]["status"] == "RECEIVED"
    case_id = events[0]["caseId"]
    assert said(hub, "PATCH", f"{url}/cases/{case_id}/events/{NOBODY}", json={"status": "RECEIVED"})[0] == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("notifications?maxResult=x", 400),
        ("notifications?maxResult=0", 400),
        ("cases/dddddd", 400),
        (f"cases/{NOBODY}", 404),
    ],
)
def test_hubee_refuses_in_an_array_of_errors(early: LiveTown, path: str, status: int) -> None:
    """Every refusal of the hub has this one shape."""
    answered, body = said(client(early, "hubee", "SI"), "GET", f"{early.ready['hubee_url']}/{path}")
    assert (answered, body["errors"][0]["code"]) == (status, status)


@pytest.mark.parametrize(("system", "scope"), [("hubee", "SI"), ("platau", "openid")])
def test_a_gateway_knows_its_clients_and_its_tokens(early: LiveTown, system: str, scope: str) -> None:
    """A wrong secret, another grant, no token, an old one, and one without the scope are all refused."""
    ready = early.ready
    address, token = f"{ready[f'{system}_url']}/notifications", ready[f"{system}_token_url"]
    form = {"grant_type": "client_credentials", "scope": scope}
    wrong = requests.post(token, data=form, auth=(ready[f"{system}_client_id"], "x"), timeout=TIMEOUT_S)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    other = requests.post(token, data={"grant_type": "password"}, timeout=TIMEOUT_S)
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    for session in (requests.Session(), client(early, system, "other")):
        status, body = said(session, "GET", address)
        assert (status, body["fault"]["code"] // 10) == (401, 90090)
