"""What a test asks of the stand-in itself: faults, counters, a clean org."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.salesforce.auth_provider.visits import current_visits
from sandbox.salesforce.org import current_org
from sandbox.salesforce.replies import json_reply
from sandbox.salesforce.seed import seed

control = Blueprint("control", __name__, url_prefix="/sandbox")
_LIMITS = ("daily_limit_max", "daily_limit_used")


@control.get("/faults")
def faults() -> Response:
    """The switches in force."""
    return json_reply(current_org().faults.snapshot())


@control.post("/faults")
def change_faults() -> Response:
    """Change the switches named in the JSON body, keep the others; 400 for one that does not exist."""
    org = current_org()
    values = request.get_json()
    try:
        switches = org.faults.change(**values)
    except (TypeError, ValueError) as error:
        return json_reply({"error": str(error)}, 400)
    if any(name in values for name in _LIMITS):
        org.limits.set(maximum=switches.daily_limit_max, used=switches.daily_limit_used)
    return json_reply(org.faults.snapshot())


@control.delete("/faults")
def clear_faults() -> Response:
    """Everything works again; sessions ended stay ended."""
    current_org().faults.clear()
    return json_reply(current_org().faults.snapshot())


@control.get("/stats")
def stats() -> Response:
    """`{calls, statuses, writes, api_usage: {used, max}}`."""
    org = current_org()
    usage = {"used": org.limits.used, "max": org.limits.maximum}
    return json_reply({**org.stats.snapshot(), "api_usage": usage})


@control.post("/agent-session")
def agent_session() -> Response:
    """`{access_token, user_id}` of an agent, whose writes are not the integration's own."""
    org = current_org()
    return json_reply({"access_token": org.tokens.issue(org.agent_id), "user_id": org.agent_id})


@control.post("/reset")
def reset() -> Response:
    """An org as on the first day: no records, no faults, counters at zero, the first token good again."""
    org = current_org()
    org.faults.clear()
    org.bulk.clear()
    org.approvals.clear()
    org.cursors.clear()
    org.outbox.clear()
    org.bin.emptied_at = None
    with org.storage.transaction():
        org.storage.clear()
        seed(org)
    current_visits().forget()
    org.stats.clear()
    org.limits.restore()
    org.tokens.revive()
    return json_reply({"reset": True})
