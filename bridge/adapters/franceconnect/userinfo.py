"""The userinfo answer: a signed token, about the person the ID token named."""

from __future__ import annotations

from typing import Any

import requests

from bridge.adapters.franceconnect.tokens import TokenRules, same_text
from bridge.adapters.franceconnect.wire import reaching, unavailable
from bridge.errors import SignInError

MEDIA_TYPE = "application/jwt"


def userinfo(
    session: requests.Session, endpoint: str, access_token: str, subject: str, rules: TokenRules
) -> dict[str, Any]:
    """Give the claims about this person.

    Raises: SignInError `login.userinfo` whatever rule is broken, TransientError `login.unavailable`.
    Source: FranceConnect, technical endpoints: the answer is `application/jwt`, never JSON.
    """
    token = _fetched(session, endpoint, access_token)
    try:
        claims = rules.checked(rules.unwrap(token))
    except SignInError as refusal:
        raise _refused(refusal.explanation) from refusal
    given = claims.get("sub")
    if not isinstance(given, str) or not same_text(given, subject):
        raise _refused("it is about another person")
    return claims


def _fetched(session: requests.Session, endpoint: str, access_token: str) -> str:
    headers = {"Authorization": f"Bearer {access_token}", "Accept": MEDIA_TYPE}
    with reaching():
        answer = session.get(endpoint, headers=headers, allow_redirects=False)
    if answer.status_code >= 500 or answer.status_code == 429:
        raise unavailable(f"the identity was not given: {answer.status_code}")
    if answer.status_code != 200:
        raise _refused(f"the identity was refused: {answer.status_code}")
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise _refused("the identity is not signed")
    return answer.content.decode("ascii", "replace")


def _refused(why: str) -> SignInError:
    return SignInError(f"the identity received is refused: {why}", code="login.userinfo")
