"""The agent's page: say which account, or give up.

Forms under /api/v2/interaction/{uid}, posted without JavaScript: `login` (`login`, an e-mail) and `cancel`.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from sandbox.franceconnect.callback import error_uri, go, with_parameters
from sandbox.franceconnect.faults import OTHER_ISSUER, OTHER_STATE
from sandbox.proconnect.agents import Agent
from sandbox.proconnect.errors import PageError
from sandbox.proconnect.state import INTERACTION_LIFE, Grant, Interaction, current

blueprint = Blueprint("interaction", __name__, url_prefix="/interaction/<uid>")
BROWSER_COOKIE = "pc_session_id"


def start(opened: Interaction) -> Response:
    """Send the browser to the page, or answer at once when a test ordered it."""
    login = current().headless.take()
    if login is not None:
        return _signed_in(opened, current().directory.find(login) or Agent(email=login))
    return _with_cookie(go(f"{current().issuer}/interaction/{opened.uid}"), opened)


@blueprint.get("")
def choose(uid: str) -> str:
    """The list of accounts."""
    return _page(_owned(uid))


@blueprint.post("/login")
def login(uid: str) -> Response:
    """Sign in with an e-mail; an unknown one shows the page again."""
    opened = _owned(uid)
    agent = current().directory.find(request.form.get("login", ""))
    if agent is None:
        page = _page(opened, problem="Aucun compte d’essai ne porte cette adresse.")
        return make_response(page, HTTPStatus.UNAUTHORIZED)
    return _signed_in(opened, agent)


@blueprint.post("/cancel")
def cancel(uid: str) -> Response:
    """Give up."""
    opened = _owned(uid)
    current().close_interaction(uid)
    return go(
        error_uri(
            opened.asked.redirect_uri,
            error="access_denied",
            description="User auth aborted",
            state=opened.asked.state,
            issuer=current().issuer,
        )
    )


def finish(opened: Interaction, agent: Agent, signed_in_at: datetime) -> Response:
    """Back to the service with a code; a double click does not give two."""
    if not current().close_interaction(opened.uid):
        raise PageError("Y030110")
    grant = Grant(
        client=opened.client,
        asked=opened.asked,
        agent=agent,
        signed_in_at=signed_in_at,
        issued_at=current().clock.now(),
        wanted=opened.wanted,
        faults=current().faults.take_for_sign_in(),
    )
    current().keep_grant(grant)
    return _with_cookie(go(with_parameters(opened.asked.redirect_uri, _success(grant))), opened)


def _signed_in(opened: Interaction, agent: Agent) -> Response:
    if agent.is_private and not opened.client.accepts_private_sector:
        raise PageError("Y500015")
    current().sign_browser_in(opened.browser, agent)
    return finish(opened, agent, current().clock.now())


def _owned(uid: str) -> Interaction:
    """The interaction of this browser, still alive.

    Raises: PageError Y030110.
    """
    opened = current().interaction(uid)
    cookie = request.cookies.get(BROWSER_COOKIE, "")
    if opened is None or not hmac.compare_digest(opened.browser.encode(), cookie.encode()):
        raise PageError("Y030110")
    if current().clock.now() - opened.started_at > INTERACTION_LIFE:
        raise PageError("Y030110")
    return opened


def _page(opened: Interaction, problem: str = "") -> str:
    return render_template(
        "accounts.html",
        base=f"{current().issuer}/interaction/{opened.uid}",
        service=opened.client.name,
        agents=current().directory.listed(),
        hint=opened.asked.login_hint,
        problem=problem,
    )


def _success(grant: Grant) -> dict[str, str]:
    state = OTHER_STATE if "callback_other_state" in grant.faults else grant.asked.state
    issuer = OTHER_ISSUER if "callback_wrong_iss" in grant.faults else current().issuer
    return {"code": grant.code, "state": state, "iss": issuer}


def _with_cookie(response: Response, opened: Interaction) -> Response:
    response.set_cookie(BROWSER_COOKIE, opened.browser, httponly=True, samesite="Lax")
    return response
