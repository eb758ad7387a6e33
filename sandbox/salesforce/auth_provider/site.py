"""The stand-in's Experience Cloud site: who is signed in, and what the status API says to their token."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.salesforce.auth_provider.visits import SiteSession
from sandbox.salesforce.org import Org

SITE = "/citoyens"
HOME = f"{SITE}/s/"
_TIMEOUT_S = 5


def site_home(org: Org, session: SiteSession | None) -> dict[str, Any]:
    """Give what the page shows: the user, their requests as the bridge tells them, or why there are none."""
    if session is None:
        return {"user": None, "cases": [], "trouble": ""}
    query = 'SELECT "Name", "Username", "ContactId" FROM "User" WHERE "Id" = ?'
    name, username, contact_id = org.storage.connection().execute(query, (session.user_id,)).fetchone()
    cases, trouble = _cases(session)
    user = {"name": name, "username": username, "contact_id": contact_id}
    return {"user": user, "cases": cases, "trouble": trouble}


def _cases(session: SiteSession) -> tuple[list[dict[str, Any]], str]:
    """Call out with the user's own token, as Apex does with `Auth.AuthToken.getAccessToken`."""
    if not session.provider.statusApiUrl:
        return [], "no status API is configured"
    try:
        answer = requests.get(
            f"{session.provider.statusApiUrl}/cases",
            headers={"Authorization": f"Bearer {session.access_token}", "Accept-Language": "fr"},
            timeout=_TIMEOUT_S,
        )
    except requests.RequestException:
        return [], "the status API does not answer"
    if answer.status_code != 200:
        return [], f"the status API answers {answer.status_code}"
    cases: list[dict[str, Any]] = answer.json()["cases"]
    return cases, ""
