"""The town's procedures as reviewed: a public answer about nobody, for pages, chatbots and open data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from bridge.errors import UnknownProcedureError
from bridge.http.access import Access, open_to
from bridge.http.json_answers import json_answer
from bridge.http.procedure_schemas import ProcedureList, ProcedureSheetSchema
from bridge.http.schemas import Problem
from bridge.usecases.ports import Clock
from mappings.procedure_sheets import ProcedureSheet, SilenceRule

_JSON = "application/json"
_UNCHANGED = "Nothing changed since the ETag sent in If-None-Match"


def procedures_blueprint(sheets: Mapping[str, ProcedureSheet], clock: Clock) -> Blueprint:
    """Give the public routes below /api/v1."""
    api = Blueprint("procedures", __name__, url_prefix="/api/v1", description="The town's procedures")
    api.after_request(_public)

    @api.get("/procedures")
    @api.doc(security=[])
    @api.response(200, ProcedureList, content_type=_JSON, description="What was reviewed of each procedure")
    @api.alt_response(304, description=_UNCHANGED)
    @open_to(Access.EVERYONE)
    def list_procedures() -> Response:
        """The town's procedures; open to everyone, and about nobody"""
        today = clock.now().date()
        return json_answer({"procedures": [procedure(sheets[code], today) for code in sorted(sheets)]})

    @api.get("/procedures/<code>")
    @api.doc(security=[])
    @api.response(200, ProcedureSheetSchema, content_type=_JSON)
    @api.alt_response(304, description=_UNCHANGED)
    @api.alt_response(404, schema=Problem)
    @open_to(Access.EVERYONE)
    def one_procedure(code: str) -> Response:
        """One of them"""
        if code not in sheets:
            raise UnknownProcedureError("no procedure bears this code")
        return json_answer(procedure(sheets[code], clock.now().date()))

    return api


def procedure(sheet: ProcedureSheet, today: date) -> dict[str, Any]:
    """Give one procedure as `ProcedureSheetSchema` shows it."""
    return {
        "code": sheet.code,
        "title": sheet.title,
        "service": sheet.service,
        "documents": list(sheet.documents),
        "usual_delay": sheet.usual_delay or None,
        "silence": _silence(sheet.silence) if sheet.silence else None,
        "review": {
            "by": sheet.reviewed_by,
            "on": sheet.reviewed_on,
            "is_stale": sheet.review_is_stale(today),
        },
    }


def _silence(rule: SilenceRule) -> dict[str, Any]:
    period = {"months": rule.period.months, "days": rule.period.days} if rule.period else None
    return {
        "effect": rule.effect,
        "period": period,
        "starts": rule.starts,
        "date": "computed" if rule.is_computed else "source",
        "if_complete": True,
        "suspension": rule.suspension or None,
        "reference": rule.reference,
    }


def _public(response: Response) -> Response:
    """Anybody may keep it an hour; an unchanged one costs no body."""
    if response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=3600"
        response.add_etag()
        response.make_conditional(request)
    return response
