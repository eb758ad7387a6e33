"""The GraphQL route, with the platform's own refusals around it.

Source: demarche.numerique.gouv.fr, app/controllers/api/v2/{base,graphql}_controller.rb (January 2026).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, jsonify, request
from graphql import GraphQLSchema, GraphQLSyntaxError, get_introspection_query, graphql_sync, parse

from sandbox.town.demarches.cursor import CursorError
from sandbox.town.demarches.limits import CallLimit
from sandbox.town.demarches.platform import Platform
from sandbox.town.demarches.resolvers import Call, load_schema
from sandbox.town.demarches.walk import Walk
from sandbox.town.faults import Faults

PATH = "/api/v2/graphql"
TOKEN = urlsafe_b64encode(b"6f0c2f5e-town-stand-in;lecture-seule").decode()
STORED: Mapping[str, Callable[[], str]] = {
    "ds-query-v2": lambda: (Path(__file__).parent / "queries.graphql").read_text(encoding="utf-8"),
    "introspection": get_introspection_query,
}


def endpoint(platform: Platform, faults: Faults, limit: CallLimit | None = None) -> Blueprint:
    """The platform's API v2, for one procedure and one token."""
    routes = Blueprint("demarches", __name__)
    schema, walk, calls = load_schema(), Walk(), limit or CallLimit()

    @routes.post(PATH)
    def execute() -> Response:
        header = request.headers.get("Authorization", "")
        throttled = calls.exceeded(header, faults.number("graphql_per_minute"))
        if faults.spend("graphql_429") or throttled:
            return calls.refusal()
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            return _refuse(400, "unexpected token", "bad_request")
        allowed = _is_ours(header)
        refused = _network_or_token(allowed, faults, stored=bool(body.get("queryId")))
        if refused is not None:
            return refused
        return _run(schema, body, Call(platform, allowed, walk, faults.number("graphql_error_page")))

    return routes


def _run(schema: GraphQLSchema, body: Mapping[str, Any], call: Call) -> Response:
    stored, variables = body.get("queryId"), body.get("variables") or {}
    if stored and stored not in STORED:
        return _refuse(500, "Internal Server Error", "internal_server_error", str(stored))
    if not isinstance(variables, dict):
        return _refuse(400, "Unexpected parameter", "bad_request")
    query = STORED[stored]() if stored else str(body.get("query") or "")
    try:
        parse(query)
    except GraphQLSyntaxError as error:
        return _refuse(400, error.message, "graphql_parse_failed")
    result = graphql_sync(schema, query, None, call, variables, body.get("operationName"))
    for failure in result.errors or ():
        if isinstance(failure.original_error, CursorError):
            return _refuse(400, str(failure.original_error), "bad_request")
    return jsonify(result.formatted)


def _is_ours(header: str) -> bool:
    scheme, _, credentials = header.partition(" ")
    token = credentials.strip().removeprefix("token=").strip('"')
    return scheme.lower() in {"bearer", "token"} and hmac.compare_digest(token.encode(), TOKEN.encode())


def _network_or_token(allowed: bool, faults: Faults, *, stored: bool) -> Response | None:
    if not allowed:
        message = "Without a token, only persisted queries are allowed"
        return None if stored else _refuse(403, message, "forbidden")
    if faults.number("graphql_forbidden_network"):
        address = f"{request.remote_addr}/32"
        message = (
            f"Request issued from a forbidden network. Add {address} to your allowed adresses in your /profil"
        )
        return _refuse(403, message, "forbidden")
    if faults.number("graphql_token_expired"):
        return _refuse(401, "Token expired", "unauthorized")
    return None


def _refuse(status: int, message: str, code: str, seed: str = "") -> Response:
    extensions: dict[str, str] = {"code": code}
    if status == 500:
        extensions["exception_id"] = str(uuid5(NAMESPACE_URL, seed))
    response = jsonify(errors=[{"message": message, "extensions": extensions}], data=None)
    response.status_code = status
    return response
