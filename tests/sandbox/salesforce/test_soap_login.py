"""Signing in with a password, as old clients do."""

from __future__ import annotations

import requests

from tests.sandbox.salesforce.wire import Wire


def soap_login(wire: Wire, version: str, password: str) -> requests.Response:
    """The envelope of old."""
    user = f"<n1:username>{wire.ready['username']}</n1:username>"
    body = f"<n1:login xmlns:n1='urn:partner.soap.sforce.com'>{user}"
    return requests.post(
        f"{wire.url}/services/Soap/u/{version}",
        data="<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>"
        f"{body}<n1:password>{password}</n1:password></n1:login></e:Body></e:Envelope>",
        timeout=10,
    )


def test_the_soap_login_of_old_and_its_end(wire: Wire) -> None:
    """A session up to version 64.0; none with a wrong password, in a newer version, or once retired."""
    password = f"{wire.ready['password']}{wire.ready['security_token']}"
    answer = soap_login(wire, "62.0", password)
    session = answer.text.partition("<sessionId>")[2].partition("<")[0]
    assert wire.get("limits", headers={"Authorization": f"Bearer {session}"}).status_code == 200
    assert "sf:INVALID_LOGIN" in soap_login(wire, "62.0", "wrong").text
    assert "sf:UNSUPPORTED_API_VERSION" in soap_login(wire, "65.0", password).text
    wire.fault(soap_login_off=True)
    refused = soap_login(wire, "62.0", password)
    assert (refused.status_code, "sf:UNSUPPORTED_API_VERSION" in refused.text) == (500, True)
