"""The routes of PLAT'AU an instructing service uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.town.faults import Faults
from sandbox.town.platau.dossiers import SERVICES, Consultation
from sandbox.town.platau.hub import PlanningHub
from sandbox.town.platau.search import FIXED_PAGE, OverloadError, SearchError, paged, search
from sandbox.town.platau.wire import ACTOR, notification, refused, result
from sandbox.town.tokens import TokenDesk

PREFIX = "/platau/v12/dau"
TOKEN_PATH = "/platau/oauth/token"  # noqa: S105 - an address
MOST_NOTIFICATIONS = 100


def endpoint(hub: PlanningHub, faults: Faults, tokens: TokenDesk) -> Blueprint:
    """The routes of the hub for one actor."""
    routes = Blueprint("platau", __name__)
    views = _Views(hub, faults, tokens)
    routes.before_request(views.admit)
    routes.add_url_rule(TOKEN_PATH, "token", lambda: tokens.give(request), methods=["POST"])
    for method, path, view in (
        ("GET", "/healthcheck", views.health),
        ("GET", "/notifications", views.notifications),
        ("POST", "/dossiers/recherche", views.search_dossiers),
        ("POST", "/consultations/recherche", views.search_consultations),
        ("POST", "/acteurs/recherche", views.search_actors),
        ("GET", "/dossiers/<dossier_id>/pieces", views.pieces),
        ("POST", "/pecMetier/consultations", views.acknowledge),
    ):
        routes.add_url_rule(PREFIX + path, view.__name__, view, methods=[method])
    routes.register_error_handler(SearchError, lambda error: refused(400, str(error)))
    routes.register_error_handler(OverloadError, lambda _error: refused(500, "Erreur interne"))
    return routes


class _Views:
    """One method a route."""

    def __init__(self, hub: PlanningHub, faults: Faults, tokens: TokenDesk) -> None:
        self._hub = hub
        self._faults = faults
        self._tokens = tokens

    def admit(self) -> Response | None:
        if request.path == TOKEN_PATH:
            return None
        if self._faults.spend("platau_429"):
            throttled = refused(429, "Quota dépassé")
            throttled.headers["Retry-After"] = "1"
            return throttled
        refusal = self._tokens.refusal(request)
        if refusal is not None:
            return refusal
        if request.headers.get("Id-Acteur-Appelant") != ACTOR:
            return refused(403, "Acteur appelant inconnu")
        return refused(500, "Erreur interne") if self._faults.spend("platau_500") else None

    def health(self) -> Response:
        return jsonify(etatGeneral=True, etatBdd=True)

    def notifications(self) -> Response:
        text = request.args.get("offset", "0")
        if not (text.isascii() and text.isdigit()):
            return refused(400, "offset doit être un entier")
        found = self._hub.log(int(text))[:MOST_NOTIFICATIONS]
        return jsonify(notifications=[notification(offset, entry) for offset, entry in found])

    def search_dossiers(self) -> Response:
        pages = search(self._hub, request.get_json(silent=True), request.args)
        return jsonify(nombrePages=pages.total, resultats=[result(self._hub, d) for d in pages.shown])

    def search_consultations(self) -> Response:
        pages = search(self._hub, request.get_json(silent=True), request.args)
        shown = [result(self._hub, d) for d in pages.shown if d.known(self._hub.day)]
        return jsonify(nombrePages=pages.total, resultats=shown)

    def search_actors(self) -> Response:
        # One of the routes whose page has a size of its own, whatever is asked.
        pages = paged(
            [{"idActeur": f"ACT-{name[:3].upper()}-001"} for name in SERVICES], request.args, FIXED_PAGE
        )
        return jsonify(nombrePages=pages.total, resultats=pages.shown)

    def pieces(self, dossier_id: str) -> Response:
        if not any(d.id == dossier_id for d in self._hub.dossiers()):
            return refused(404, "Dossier inconnu")
        return jsonify(
            [{"idPiece": f"PIE-{dossier_id[:3]}", "nomNaturePiece": {"idNom": 1, "libNom": "Initiale"}}]
        )

    def acknowledge(self) -> Response:
        body = request.get_json(silent=True)
        if not isinstance(body, list) or not body:
            return refused(400, "Une liste de dossiers est attendue")
        asked = [one for item in body for one in item.get("consultations", ())]
        if any(self._stale(one) for one in asked):
            return refused(409, "noVersion ne correspond pas à la version courante")
        for one in asked:
            self._hub.acknowledge(one["idConsultation"])
        return jsonify(body)

    def _stale(self, one: Mapping[str, Any]) -> bool:
        known = self._consultation(one.get("idConsultation"))
        if known is None:
            raise SearchError("consultation inconnue")
        return self._hub.state(known.id, known.state(self._hub.day) or 1) != one.get("noVersion")

    def _consultation(self, wanted: object) -> Consultation | None:
        known = (c for d in self._hub.dossiers() for c in d.known(self._hub.day))
        return next((c for c in known if c.id == wanted), None)
