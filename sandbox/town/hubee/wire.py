"""Cases, events and notifications as HubEE writes them.

Source: github.com/dinum-HubEE/Documentations, Swagger api_folder v1.2.7.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify

from sandbox.town.clock import PARIS
from sandbox.town.etat_civil.words import LABELS
from sandbox.town.hubee.hub import Hub, HubCase, Notice

Entry = dict[str, Any]
_TOWN = {"type": "SI", "companyRegister": "21920040700011", "branchCode": "92040"}
_STATE = {"type": "OSL", "companyRegister": "13000918600011", "branchCode": "75107"}


def notification(notice: Notice) -> Entry:
    """A notification: of a case with `eventId` null, or of an event."""
    return {
        "id": notice.id,
        "recipient": _TOWN,
        "transmitter": _STATE,
        "processCode": notice.case.process,
        "caseId": notice.case.id,
        "eventId": notice.event_id,
        "dateTime": _time(notice.at),
    }


def case_entry(hub: Hub, case: HubCase) -> Entry:
    """A case with every event of it."""
    past, person = case.past(hub.now), case.request.person
    born = person.birth_date.isoformat() if person.birth_date and not case.request.birth_unknown else ""
    return {
        "id": case.id,
        "status": past[-1].status,
        "externalId": f"{case.request.number}-01",
        "processCode": case.process,
        "createDateTime": _time(past[0].at),
        "transmissionDateTime": _time(past[0].at),
        "updateDateTime": _time(past[-1].at),
        "closeDateTime": _time(past[-1].at) if past[-1].status == "CLOSED" else None,
        "recipient": _TOWN,
        "applicant": {
            "firstName": " ".join(person.given_names),
            "lastName": person.family_name,
            "email": person.email,
        },
        "attachments": [
            {"id": case.event_id(0), "status": "PENDING", "type": "acte", "fileName": "acte.xml"}
        ],
        "partnerAttributes": f"naissance={born};lieu={person.birthplace or ''};type={case.request.kind}",
        "events": [event_entry(hub, case, rank) for rank in range(1, len(past))],
    }


def event_entry(hub: Hub, case: HubCase, rank: int) -> Entry:
    """An event: `message` is for the other side, `comment` stays with the receiver."""
    change, before = case.request.changes[rank], case.request.changes[rank - 1]
    return {
        "id": case.event_id(rank),
        "transmitter": _STATE,
        "actionType": "STATUS_UPDATE",
        "author": LABELS[change.status],
        "message": change.message,
        "comment": change.comment,
        "notification": True,
        "createDateTime": _time(change.at),
        "updateDateTime": _time(change.at),
        "status": "RECEIVED" if hub.is_received(case.event_id(rank)) else "SENT",
        "caseCurrentStatus": before.status,
        "caseNewStatus": change.status,
        "partnerAttributes": None,
        "attachments": [],
    }


def refused(status: int, message: str) -> Response:
    """An error, in the array HubEE has for them."""
    response = jsonify(errors=[{"code": status, "message": message}])
    response.status_code = status
    return response


def _time(local: datetime) -> str:
    return f"{local.replace(tzinfo=PARIS).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"
