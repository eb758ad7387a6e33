"""What a test asks of the sender of outbound messages: a rule, and how far it is."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.salesforce.org import current_org
from sandbox.salesforce.outbox import Rule
from sandbox.salesforce.replies import json_reply

outbox_control = Blueprint("outbox-control", __name__, url_prefix="/sandbox/outbound-messages")


@outbox_control.post("")
def add_rule() -> Response:
    """Add a rule: `{sobject, endpoint}` and what else a `Rule` may have."""
    body = request.get_json()
    try:
        rule = Rule(**{**body, "fields": tuple(body.get("fields", ("Id",)))})
    except TypeError as error:
        return json_reply({"error": str(error)}, 400)
    current_org().outbox.add_rule(rule)
    return json_reply(current_org().outbox.snapshot())


@outbox_control.get("")
def state() -> Response:
    """`{waiting, acknowledged, refused, given_up}`, in notifications."""
    return json_reply(current_org().outbox.snapshot())
