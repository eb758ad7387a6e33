"""The routes of openADS: a file by its number, and the return of a consultation."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request

from sandbox.town.faults import Faults
from sandbox.town.openads.office import PlanningOffice
from sandbox.town.openads.wire import authorisation, french_date, instruction, refused

PREFIX = "/openads/services/rest_entry.php"
USER, PASSWORD = "pont-citoyen", "openads-d-essai"
_OPINIONS = {"Favorable", "Favorable avec Réserve", "Défavorable", "Tacite"}


def endpoint(office: PlanningOffice, faults: Faults) -> Blueprint:
    """The routes of one office; there is no list."""
    routes = Blueprint("openads", __name__, url_prefix=PREFIX)
    views = _Views(office, faults)
    routes.before_request(views.admit)
    for method, path, view in (
        ("GET", "/dossier_instructions/<number>", views.instruction),
        ("GET", "/dossier_autorisations/<number>", views.authorisation),
        ("PUT", "/consultations/<int:number>", views.opinion),
    ):
        routes.add_url_rule(path, view.__name__, view, methods=[method])
    return routes


class _Views:
    """One method a route."""

    def __init__(self, office: PlanningOffice, faults: Faults) -> None:
        self._office = office
        self._faults = faults

    def admit(self) -> Response | None:
        given = request.authorization
        pair = f"{given.username}:{given.password}" if given is not None and given.type == "basic" else ""
        if not hmac.compare_digest(pair.encode(), f"{USER}:{PASSWORD}".encode()):
            response = refused(401, "Unauthorized", "")
            response.headers["WWW-Authenticate"] = 'Basic realm="openADS"'
            return response
        if self._faults.spend("openads_500"):
            return refused(500, "Internal Server Error", "Erreur de base de données")
        return None

    def instruction(self, number: str) -> Response:
        found = self._office.find(number)
        step = found.at(self._office.day) if found else None
        if found is None or step is None:
            return refused(404, "Not Found", f"Le dossier d'instruction {number} n'existe pas")
        return jsonify(instruction(found, step))

    def authorisation(self, number: str) -> Response:
        found = self._office.authorisation(number)
        step = found[1].at(self._office.day) if found else None
        if found is None or step is None:
            return refused(404, "Not Found", f"Le dossier d'autorisation {number} n'existe pas")
        return jsonify(authorisation(found[1], step))

    def opinion(self, number: int) -> Response:
        body = request.get_json(silent=True)
        if not isinstance(body, dict) or french_date(body.get("date_retour")) is None:
            return refused(400, "Bad Request", "La date de retour doit être écrite JJ/MM/AAAA")
        if body.get("avis") not in _OPINIONS:
            return refused(400, "Bad Request", "L'avis n'est pas connu")
        text = f"L'avis de la consultation {number} a été pris en compte"
        return jsonify(http_code=200, http_code_message="200 OK", message=text)
