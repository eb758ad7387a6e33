"""Requests as w.c.s. writes them in JSON: local times without zone, two statuses.

Source: https://doc-publik.entrouvert.com, "Récupération des données d'un formulaire"; wcs/formdata.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.town.publik.forms import FormData, Jump, Status

Entry = dict[str, Any]


def short(request: FormData, now: datetime, base: str) -> Entry:
    """An entry of a list without `full`."""
    past = request.past(now)
    return {
        "url": f"{base}/{request.form.slug}/{request.serial}/",
        "last_update_time": _time(past[-1].at),
        "receipt_time": _time(past[0].at),
        "id": request.number,
    }


def full(request: FormData, now: datetime, base: str, wanted: Mapping[str, bool]) -> Entry:
    """The whole of a request, with the parts asked for."""
    parts: dict[str, object] = {
        "fields": _fields(request),
        "workflow": workflow(request, now),
        "user": _user(request),
        "evolution": [_evolution(jump) for jump in request.past(now)],
        "submission": {"backoffice": False, "channel": "web"},
        "roles": {"_receiver": [{"name": "Accueil", "slug": "accueil"}]},
    }
    title = f"{request.form.title} - n°{request.number}"
    entry: Entry = {
        **short(request, now, base),
        "display_id": request.number,
        "display_name": title,
        "digest": None,
        "text": title,
        "uuid": request.uuid,
        "criticality_level": 0,
    }
    return entry | {name: part for name, part in parts.items() if wanted.get(name)}


def of_person(request: FormData, now: datetime, base: str) -> Entry:
    """A line of the list of one person's requests."""
    status = request.shown_status(now)
    return {
        "form_name": request.form.title,
        "form_slug": request.form.slug,
        "form_number": request.number,
        "datetime": request.past(now)[0].at.strftime("%Y-%m-%d %H:%M:%S"),
        "form_status": status.name,
        "form_status_is_endpoint": status.endpoint,
        "form_url": f"{base}/{request.form.slug}/{request.serial}/",
        "title": request.form.title,
    }


def workflow(request: FormData, now: datetime) -> Entry:
    """The status the citizen may see beside the real one."""
    return {
        "status": _status(request, request.shown_status(now), now),
        "real_status": _status(request, request.real_status(now), now),
        "data": {},
        "fields": {},
    }


def _status(request: FormData, status: Status, now: datetime) -> Entry:
    arrivals = [jump.at for jump in request.past(now) if jump.status_id == status.id]
    return {
        "id": status.id,
        "name": status.name,
        "endpoint": status.endpoint,
        "first_arrival_datetime": _time(arrivals[0]),
        "latest_arrival_datetime": _time(arrivals[-1]),
    }


def _evolution(jump: Jump) -> Entry:
    parts = [{"type": "workflow-comment", "content": jump.comment}] if jump.comment else []
    return {"time": _time(jump.at), "status": jump.status_id, "who": None, "parts": parts}


def _fields(request: FormData) -> Entry:
    person = request.person
    return {
        "nom": person.family_name,
        "prenoms": " ".join(person.given_names),
        "civilite": "Madame" if person.gender == "female" else "Monsieur",
        "date_naissance": person.birth_date.isoformat() if person.birth_date else None,
        "commune_naissance": person.birthplace,
        "pays_naissance": person.birth_country,
        "objet": request.subject,
    }


def _user(request: FormData) -> Entry:
    person = request.person
    name = f"{person.given_names[0]} {person.family_name}"
    return {"id": 1000 + request.serial, "name": name, "email": person.email, "NameID": [request.uuid]}


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
