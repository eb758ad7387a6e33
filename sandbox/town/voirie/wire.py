"""Open311 answers in JSON and in XML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from flask import Response

from sandbox.town.voirie.desk import Service, status_of
from sandbox.town.voirie.history import StreetRequest

Entry = Mapping[str, Any]


def request_entry(request: StreetRequest, now: datetime) -> Entry:
    """One request as GeoReport v2 shows it; what the city does not publish is null."""
    return {
        "service_request_id": request.number,
        "status": status_of(request, now),
        "status_notes": request.closure_reason if request.closed_by(now) else None,
        "service_name": request.service_name,
        "service_code": request.service_code,
        "description": request.title,
        "agency_responsible": request.agency,
        "service_notice": None,
        "requested_datetime": request.opened_at.isoformat(),
        "updated_datetime": request.updated_at(now).isoformat(),
        "expected_datetime": request.target_at.isoformat() if request.target_at else None,
        "address": request.neighborhood or None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def with_token(entry: Entry) -> Entry:
    """The same request before it has a number."""
    return {**entry, "service_request_id": None, "token": token_of(str(entry["service_request_id"]))}


def token_of(number: str) -> str:
    """The token a request has until its number is given."""
    return f"t{number[::-1]}"


def token_entry(number: str, *, given: bool) -> Entry:
    """What `/tokens` answers: the number once there is one."""
    return {"service_request_id": number if given else None, "token": token_of(number)}


def update_entry(request: StreetRequest) -> Entry:
    """The closing of a request, as mySociety's `servicerequestupdates` tells it."""
    assert request.closed_at is not None
    return {
        "update_id": f"{request.number}-1",
        "service_request_id": request.number,
        "status": "closed",
        "description": request.closure_reason,
        "media_url": "",
        "updated_datetime": request.closed_at.isoformat(),
    }


def service_entry(service: Service) -> Entry:
    """One kind of request in the list of services."""
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.name,
        "metadata": False,
        "type": "realtime",
        "keywords": "",
        "group": service.group,
    }


def definition(code: str, form: str) -> Response:
    """The definition of a service, which asks for no attribute: one object, not a list."""
    if form == "json":
        return _json({"service_code": code, "attributes": []}, 200)
    top = ET.Element("service_definition")
    ET.SubElement(top, "service_code").text = code
    ET.SubElement(top, "attributes")
    return _xml(top, 200)


def answer(entries: Sequence[Entry], form: str, root: str, item: str, status: int = 200) -> Response:
    """A list of entries in the format asked for: a bare array in JSON, `root`/`item` in XML."""
    if form == "json":
        return _json(entries, status)
    top = ET.Element(root)
    for entry in entries:
        element = ET.SubElement(top, item)
        for name, value in entry.items():
            ET.SubElement(element, name).text = _text(value)
    return _xml(top, status)


def refusal(code: int, description: str, form: str) -> Response:
    """An error: always an array, with the HTTP status of the same meaning."""
    return answer([{"code": code, "description": description}], form, "errors", "error", code)


def _json(content: object, status: int) -> Response:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(body, status, content_type="application/json; charset=utf-8")


def _xml(top: ET.Element, status: int) -> Response:
    body = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return Response(body, status, content_type="text/xml; charset=utf-8")


def _text(value: object) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
