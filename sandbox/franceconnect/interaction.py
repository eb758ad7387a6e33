"""The citizen's pages: choose an identity, read what will be handed over, continue or give up.

Forms under /api/v2/interaction/{uid}, posted without JavaScript:
- `login`: `login`, `password`;
- `custom`: `given_name`, `family_name`, `preferred_username`, `gender`, `birthdate`, `birthplace`,
  `birthcountry`, `email`;
- `consent`: `decision`, which is `continue` or `cancel`.
"""

from __future__ import annotations

import hmac
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from sandbox.franceconnect.callback import error_uri, go, with_parameters
from sandbox.franceconnect.certification import certified
from sandbox.franceconnect.civil_status import IdentityRefusedError
from sandbox.franceconnect.errors import PageError
from sandbox.franceconnect.failures import FAILURES
from sandbox.franceconnect.faults import OTHER_ISSUER, OTHER_STATE
from sandbox.franceconnect.identities import PASSWORD, typed_in
from sandbox.franceconnect.identity import Identity
from sandbox.franceconnect.scopes import labels_for
from sandbox.franceconnect.state import INTERACTION_LIFE, Grant, Interaction, current

blueprint = Blueprint("interaction", __name__, url_prefix="/interaction/<uid>")
BROWSER_COOKIE = "fc_session_id"


def start(opened: Interaction) -> Response:
    """Send the browser to the pages, or answer at once when a test ordered it."""
    login = current().headless.take()
    if login is not None:
        return _answer_at_once(opened, login)
    response = go(f"{current().issuer}/interaction/{opened.uid}")
    response.set_cookie(BROWSER_COOKIE, opened.browser, httponly=True, samesite="Lax")
    return response


@blueprint.get("")
def choose(uid: str) -> str:
    """The list of identities."""
    return _login_page(_owned(uid))


@blueprint.post("/login")
def login(uid: str) -> str | Response:
    """Sign in with a login and password; a wrong one shows the page again."""
    opened = _owned(uid)
    identity = current().directory.find(request.form.get("login", ""))
    if identity is None or not hmac.compare_digest(
        request.form.get("password", "").encode(), PASSWORD.encode()
    ):
        page = _login_page(opened, problem="Identifiant ou mot de passe inconnu.")
        return make_response(page, HTTPStatus.UNAUTHORIZED)
    return _information_page(opened, identity)


@blueprint.post("/custom")
def custom(uid: str) -> str:
    """Sign in as the identity typed in the form."""
    return _information_page(_owned(uid), typed_in(request.form))


@blueprint.post("/consent")
def consent(uid: str) -> Response:
    """Continue to the service, or give up."""
    opened = _owned(uid)
    if request.form.get("decision") != "continue":
        current().close_interaction(uid)
        return go(_failed(opened, "access_denied", "User auth aborted"))
    return _finish(opened)


def _answer_at_once(opened: Interaction, login: str) -> Response:
    identity = current().directory.find(login) or Identity(login=login)
    _certify(opened, identity)
    return _finish(opened)


def _owned(uid: str) -> Interaction:
    """The interaction of this browser, still alive.

    Raises: PageError Y190001.
    """
    opened = current().interaction(uid)
    cookie = request.cookies.get(BROWSER_COOKIE, "")
    if opened is None or not hmac.compare_digest(opened.browser.encode(), cookie.encode()):
        raise PageError("Y190001")
    if current().clock.now() - opened.started_at > INTERACTION_LIFE:
        raise _lost(opened)
    return opened


def _lost(opened: Interaction) -> PageError:
    failure = FAILURES["Y190001"]
    # With its session gone, the real service sends this very word as the state.
    back = _failed(opened, failure.error, failure.description, state="undefined")
    return PageError("Y190001", back=back)


def _login_page(opened: Interaction, problem: str = "") -> str:
    directory = current().directory
    return render_template(
        "login.html",
        base=f"{current().issuer}/interaction/{opened.uid}",
        service=opened.client.name,
        platform=current().platform.name,
        public=directory.public(),
        others=directory.europeans() if current().platform.is_plus else directory.helped(),
        refused=directory.refused(),
        password=PASSWORD,
        problem=problem,
    )


def _information_page(opened: Interaction, identity: Identity) -> str:
    _certify(opened, identity)
    return render_template(
        "information.html",
        base=f"{current().issuer}/interaction/{opened.uid}",
        service=opened.client.name,
        labels=labels_for(opened.asked.scopes, current().platform.claims_of_scope),
    )


def _certify(opened: Interaction, identity: Identity) -> None:
    try:
        opened.certified = certified(identity, opened.client, opened.acr, current().platform)
    except IdentityRefusedError as refusal:
        failure = FAILURES[refusal.code]
        back = _failed(opened, failure.error, failure.description)
        raise PageError(refusal.code, back=back) from None


def _finish(opened: Interaction) -> Response:
    # A double click must not give two codes.
    if opened.certified is None or not current().close_interaction(opened.uid):
        raise _lost(opened)
    grant = Grant(
        client=opened.client,
        asked=opened.asked,
        certified=opened.certified,
        wants_amr=opened.wants_amr,
        signed_in_at=current().clock.now(),
        faults=current().faults.take_for_sign_in(),
    )
    current().keep_grant(grant)
    return go(with_parameters(opened.asked.redirect_uri, _success(grant)))


def _success(grant: Grant) -> dict[str, str]:
    state = OTHER_STATE if "callback_other_state" in grant.faults else grant.asked.state
    issuer = OTHER_ISSUER if "callback_wrong_iss" in grant.faults else current().issuer
    return {"code": grant.code, "state": state, "iss": issuer}


def _failed(opened: Interaction, error: str, description: str, *, state: str | None = None) -> str:
    return error_uri(
        opened.asked.redirect_uri,
        error=error,
        description=description,
        state=opened.asked.state if state is None else state,
        issuer=current().issuer,
    )
