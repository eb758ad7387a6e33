"""The SOAP service over HTTP: one address for the WSDL and for the calls."""

from __future__ import annotations

import hmac
from pathlib import Path

from flask import Blueprint, Response, request

from sandbox.town.atal.demands import Workshop
from sandbox.town.atal.envelope import FaultError, a_date, answer, asked, details, fault, references
from sandbox.town.faults import Faults

PATH = "/atal/services/DemandeService"
WSDL = Path(__file__).parent / "DemandeService.wsdl"
USER, PASSWORD = "pont-citoyen", "atal-d-essai"


def endpoint(workshop: Workshop, faults: Faults) -> Blueprint:
    """The routes of one workshop."""
    routes = Blueprint("atal", __name__)
    views = _Views(workshop, faults)
    routes.add_url_rule(PATH, "wsdl", views.wsdl, methods=["GET"])
    routes.add_url_rule(PATH, "call", views.call, methods=["POST"])
    routes.register_error_handler(FaultError, fault)
    return routes


class _Views:
    """The document, and the calls."""

    def __init__(self, workshop: Workshop, faults: Faults) -> None:
        self._workshop = workshop
        self._faults = faults

    def wsdl(self) -> Response:
        return Response(WSDL.read_bytes(), content_type="text/xml; charset=utf-8")

    def call(self) -> Response:
        given = request.authorization
        pair = f"{given.username}:{given.password}" if given is not None and given.type == "basic" else ""
        if not hmac.compare_digest(pair.encode(), f"{USER}:{PASSWORD}".encode()):
            return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="ATAL"'})
        if request.mimetype != "text/xml":
            return Response(status=415)
        operation, arguments = asked(request.get_data())
        if self._faults.spend("atal_fault"):
            raise FaultError("Server", "Erreur interne du serveur")
        doctype = bool(self._faults.number("atal_doctype"))
        if operation == "retrieveDetailsDemande":
            return self._details(arguments.get("codeDemande", ""), doctype=doctype)
        if operation == "listeDemandes":
            since = a_date(arguments.get("modifieesDepuis", ""))
            return answer(references(self._workshop.changed_since(since)), doctype=doctype)
        raise FaultError("Client", f"Opération inconnue : {operation}")

    def _details(self, code: str, *, doctype: bool) -> Response:
        found = self._workshop.find(code)
        move = found.at(self._workshop.now) if found else None
        if found is None or move is None:
            raise FaultError("Server", "Demande inconnue", ("DemandeInconnueException", code))
        return answer(details(found, move), doctype=doctype)
