"""What a test may order, in JSON, under /sandbox/. Never part of the real ProConnect."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.franceconnect.faults import ENDPOINTS, TOKEN_FAULTS, EndpointFault
from sandbox.proconnect.clients import AgentService
from sandbox.proconnect.state import current

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")
_LISTS = ("redirect_uris", "post_logout_redirect_uris", "scopes")


class OrderError(Exception):
    """An order that cannot be understood; its text says why."""


@blueprint.errorhandler(OrderError)
def _refuse(error: OrderError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 400


@blueprint.post("/clients")
def clients() -> tuple[Response, int]:
    """Register or replace a client; members are the fields of `AgentService`."""
    order = _order()
    listed = {name: tuple(order[name]) for name in _LISTS if name in order}
    try:
        client = AgentService(**(order | listed))
    except TypeError as error:
        raise OrderError(str(error)) from None
    current().register(client)
    return jsonify(client_id=client.client_id), 201


@blueprint.post("/keys/rotate")
def rotate() -> Response:
    """New signing keys; `withdraw_previous` also takes the old ones out of the JWKS."""
    return jsonify(kids=current().keys.rotate(withdraw_previous=_order().get("withdraw_previous") is True))


@blueprint.get("/faults")
def fault_names() -> Response:
    """What can be ordered."""
    return jsonify(endpoints=list(ENDPOINTS), tokens=TOKEN_FAULTS)


@blueprint.post("/faults")
def faults() -> Response:
    """`{"endpoints": {"token": {"status": 503, "count": 1}}, "tokens": ["expired"], "sign_ins": 1}`."""
    order = _order()
    names, endpoints = frozenset(order.get("tokens", [])), order.get("endpoints", {})
    if unknown := (names - TOKEN_FAULTS.keys()) | (endpoints.keys() - ENDPOINTS.keys()):
        raise OrderError(f"unknown faults: {', '.join(sorted(unknown))}")
    for name, fault in endpoints.items():
        current().faults.order_endpoint(name, EndpointFault(**fault))
    if names:
        current().faults.order_tokens(names, sign_ins=int(order.get("sign_ins", 1)))
    return jsonify(ok=True)


@blueprint.post("/reset")
def reset() -> Response:
    """Back to how the stand-in started."""
    current().reset()
    return jsonify(ok=True)


@blueprint.post("/clock")
def clock() -> Response:
    """`{"offset_s": 31}` puts the clock that far ahead of real time."""
    current().clock.offset_s = float(_order().get("offset_s", 0))
    return jsonify(now=current().clock.now().isoformat())


@blueprint.post("/agents")
def agents() -> Response:
    """`{"email": "…", "siret": "…"}` corrects an agent, or adds one."""
    order = _order()
    email = order.pop("email", "")
    if not email:
        raise OrderError("email is required")
    try:
        return jsonify(asdict(current().directory.correct(email, order)))
    except ValueError as error:
        raise OrderError(str(error)) from None


@blueprint.post("/headless")
def headless() -> Response:
    """`{"login": "lea.martin@issy.example", "sign_ins": 1}`: they skip the page; `{}` turns it off."""
    order = _order()
    login = order.get("login", "")
    if order and current().directory.find(login) is None:
        raise OrderError("login is not the e-mail of an agent")
    current().headless.order(login, sign_ins=int(order.get("sign_ins", 1)) if order else 0)
    return jsonify(ok=True)


def _order() -> dict[str, Any]:
    """The JSON object posted; an empty body is an empty order."""
    order: Any = request.get_json(silent=True) if request.content_length else {}
    if not isinstance(order, dict):
        raise OrderError("a JSON object is expected, as application/json")
    return order
