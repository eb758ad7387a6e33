"""`login()` of the SOAP API, for clients that still sign in with a password.

Source: Salesforce, SOAP API, login(): available up to version 64.0, and to be retired in Summer '27.
"""

from __future__ import annotations

import hmac
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import FIRST_VERSION, Org, current_org

PARTNER = "urn:partner.soap.sforce.com"
_NEWEST_VERSION = 64
_NS = {"p": PARTNER}


def answer_login(call: Element, version: str) -> str:
    """The result of a `login` element.

    Raises: SalesforceError `INVALID_LOGIN`, or `UNSUPPORTED_API_VERSION` where the call is no more.
    """
    org = current_org()
    if org.faults.switches.soap_login_off or not _has_login(version):
        raise SalesforceError("UNSUPPORTED_API_VERSION", f"login is not supported in API version {version}")
    given = tuple(call.findtext(f"p:{name}", "", _NS) for name in ("username", "password"))
    if not _is_right(org, *given):
        raise SalesforceError(
            "INVALID_LOGIN", "Invalid username, password, security token; or user locked out."
        )
    return f'<loginResponse xmlns="{PARTNER}"><result>{_session(org, version)}</result></loginResponse>'


def _has_login(version: str) -> bool:
    whole, _, rest = version.partition(".")
    return whole.isdigit() and rest in {"", "0"} and FIRST_VERSION <= int(whole) <= _NEWEST_VERSION


def _is_right(org: Org, username: str, password: str) -> bool:
    """Whether it is the user's password, followed by the security token or not: this network is trusted."""
    own = org.credentials
    accepted = (own.password, own.password + own.security_token)
    known = any(hmac.compare_digest(password.encode(), each.encode()) for each in accepted)
    return username.lower() == own.username.lower() and known


def _session(org: Org, version: str) -> str:
    place = org.organization_id[:15]
    told = {
        "metadataServerUrl": f"{org.base_url}/services/Soap/m/{version}/{place}",
        "passwordExpired": "false",
        "sandbox": "true",
        "serverUrl": f"{org.base_url}/services/Soap/u/{version}/{place}",
        "sessionId": org.tokens.issue(),
        "userId": org.user_id,
    }
    user = {
        "organizationId": org.organization_id,
        "organizationName": "Ville de démonstration",
        "sessionSecondsValid": "7200",
        "userEmail": "integration@example.org",
        "userFullName": "Integration User",
        "userId": org.user_id,
        "userName": org.credentials.username,
        "userType": "Standard",
    }
    return f"{_elements(told)}<userInfo>{_elements(user)}</userInfo>"


def _elements(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values.items())
