"""What a test may order, in JSON, under /sandbox/. Never part of the real FranceConnect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.franceconnect.clients import CHOICES, Client
from sandbox.franceconnect.faults import ENDPOINTS, EndpointFault, token_faults
from sandbox.franceconnect.state import current

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")
_LISTS = {"redirect_uris", "post_logout_redirect_uris", "scopes", "idp_hints", "perimeters"}

_FLAG = "allows_eidas"


class OrderError(Exception):
    """An order that cannot be understood; its text says why."""


@blueprint.errorhandler(OrderError)
def _refuse(error: OrderError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 400


@blueprint.post("/clients")
def clients() -> tuple[Response, int]:
    """Register or replace a client; members are the fields of `Client`, the first three compulsory."""
    client = _client(_order())
    current().register(client)
    return jsonify({name: value for name, value in asdict(client).items() if name != "client_secret"}), 201


@blueprint.post("/keys/rotate")
def rotate() -> Response:
    """New signing keys; `withdraw_previous` also takes the old ones out of the JWKS."""
    order = _order({"withdraw_previous"})
    return jsonify(kids=current().keys.rotate(withdraw_previous=order.get("withdraw_previous") is True))


@blueprint.get("/faults")
def fault_names() -> Response:
    """What can be ordered."""
    return jsonify(endpoints=list(ENDPOINTS), tokens=token_faults(is_plus=current().platform.is_plus))


@blueprint.post("/faults")
def faults() -> Response:
    """Order faults, by the names `GET` lists; `tokens` spoil the next `sign_ins` sign-ins.

    `{"endpoints": {"token": {"status": 503, "count": 1}}, "tokens": ["expired"], "sign_ins": 1}`
    """
    order = _order({"endpoints", "tokens", "sign_ins"})
    endpoints = _endpoint_faults(order.get("endpoints", {}))
    names = frozenset(_texts("tokens", order.get("tokens", [])))
    known = token_faults(is_plus=current().platform.is_plus).keys()
    if not names <= known:
        raise OrderError(f"unknown token faults: {', '.join(sorted(names - known))}")
    sign_ins = _count("sign_ins", order.get("sign_ins", 1))
    for name, fault in endpoints.items():
        current().faults.order_endpoint(name, fault)
    if names:
        current().faults.order_tokens(names, sign_ins=sign_ins)
    return jsonify(ok=True)


@blueprint.post("/reset")
def reset() -> Response:
    """Back to how the stand-in started."""
    current().reset()
    return jsonify(ok=True)


@blueprint.post("/clock")
def clock() -> Response:
    """`{"offset_s": 31}` puts the clock that far ahead of real time."""
    current().clock.offset_s = _number("offset_s", _order({"offset_s"}).get("offset_s"))
    return jsonify(now=current().clock.now().isoformat())


@blueprint.post("/identities")
def identities() -> Response:
    """`{"login": "test", "family_name": "…"}` corrects a citizen's civil status, or adds a citizen."""
    order = _order()
    login = order.pop("login", None)
    if not isinstance(login, str) or not login:
        raise OrderError("login is required")
    try:
        return jsonify(asdict(current().directory.correct(login, order)))
    except ValueError as error:
        raise OrderError(str(error)) from None


@blueprint.post("/headless")
def headless() -> Response:
    """`{"login": "test", "sign_ins": 1}`: the next sign-ins skip the pages; `{}` turns it off."""
    order = _order({"login", "sign_ins"})
    if not order:
        current().headless.clear()
        return jsonify(ok=True)
    login = order.get("login")
    if not isinstance(login, str) or current().directory.find(login) is None:
        raise OrderError("login is not a known identity")
    current().headless.order(login, sign_ins=_count("sign_ins", order.get("sign_ins", 1)))
    return jsonify(ok=True)


def _order(allowed: set[str] | None = None) -> dict[str, Any]:
    """The JSON object posted; an empty body is an empty order."""
    order: Any = request.get_json(silent=True) if request.content_length else {}
    if not isinstance(order, dict):
        raise OrderError("a JSON object is expected, as application/json")
    if allowed is not None and not order.keys() <= allowed:
        raise OrderError(f"unknown members: {', '.join(sorted(order.keys() - allowed))}")
    return order


def _client(order: Mapping[str, Any]) -> Client:
    unknown = order.keys() - {field.name for field in fields(Client)}
    missing = {"client_id", "client_secret", "redirect_uris"} - order.keys()
    if unknown or missing:
        raise OrderError(f"unknown or missing members: {', '.join(sorted(unknown | missing))}")
    for name in order.keys() & CHOICES.keys():
        if order[name] not in CHOICES[name]:
            raise OrderError(f"{name} must be among: {' '.join(CHOICES[name])}")
    checked: dict[str, Any] = {
        name: _texts(name, value) if name in _LISTS else _text(name, value)
        for name, value in order.items()
        if name != _FLAG
    }
    if not isinstance(order.get(_FLAG, False), bool):
        raise OrderError(f"{_FLAG} must be true or false")
    checked[_FLAG] = order.get(_FLAG, False)
    try:
        return Client(**checked)
    except ValueError as error:
        raise OrderError(str(error)) from None


def _endpoint_faults(order: object) -> dict[str, EndpointFault]:
    if not isinstance(order, dict) or not order.keys() <= ENDPOINTS.keys():
        raise OrderError(f"endpoints must be among: {', '.join(ENDPOINTS)}")
    return {name: _endpoint_fault(fault) for name, fault in order.items()}


def _endpoint_fault(order: object) -> EndpointFault:
    if not isinstance(order, dict) or not order.keys() <= {"status", "latency_s", "count"}:
        raise OrderError("an endpoint fault has status, latency_s and count")
    return EndpointFault(
        status=_count("status", order.get("status", 0)),
        latency_s=_number("latency_s", order.get("latency_s", 0.0)),
        count=_count("count", order.get("count", 1)),
    )


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise OrderError(f"{name} must be a string")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise OrderError(f"{name} must be a list of strings")
    return tuple(value)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OrderError(f"{name} must be a number")
    return float(value)


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise OrderError(f"{name} must be a whole number")
    return value
