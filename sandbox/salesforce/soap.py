"""The calls of the SOAP API that have no REST form: login, merge and undelete (partner WSDL).

Source: Salesforce, SOAP API, login(), merge() and undelete().
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from sandbox.salesforce.acting import act_as
from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.org import current_org
from sandbox.salesforce.records.merging import merge, undelete
from sandbox.salesforce.soap_login import PARTNER, answer_login

soap = Blueprint("soap", __name__)
_RECORD = "urn:sobject.partner.soap.sforce.com"
_FAULTS = "urn:fault.partner.soap.sforce.com"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_MOST = 200
_NS = {"p": PARTNER, "s": _SOAP}


@soap.post("/services/Soap/u/<number>")
@soap.post("/services/Soap/u/<number>/<_organization>")
def call(number: str, _organization: str = "") -> Response:
    """Run one call; each of its requests is answered on its own."""
    try:
        return _reply(_answer(ElementTree.fromstring(request.get_data()), number))  # noqa: S314 - a test's own message
    except ElementTree.ParseError:
        return _fault("soapenv:Client", "INVALID_XML", "Unable to parse the request")
    except SalesforceError as error:
        return _fault(f"sf:{error.code}", error.code, error.message)


def _answer(root: Element, version: str) -> str:
    signing_in = root.find("s:Body/p:login", _NS)
    if signing_in is not None:
        return answer_login(signing_in, version)
    session = root.findtext("s:Header/p:SessionHeader/p:sessionId", "", _NS)
    if not current_org().tokens.is_valid(session):
        raise SalesforceError("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader")
    act_as(current_org().tokens.owner(session))
    current_org().limits.spend()
    body = root.find("s:Body", _NS)
    if body is not None and (merging := body.find("p:merge", _NS)) is not None:
        return _each("merge", merging.findall("p:request", _NS), _merged)
    if body is not None and (restoring := body.find("p:undelete", _NS)) is not None:
        return _each("undelete", restoring.findall("p:ids", _NS), _undeleted)
    raise SalesforceError("UNSUPPORTED_OPERATION", "No such operation")


def _each(operation: str, items: Iterable[Element], run: Callable[[Element], str]) -> str:
    asked = list(items)
    if len(asked) > _MOST:
        raise SalesforceError("EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {_MOST}")
    results = "".join(f"<result>{_settled(run, item)}</result>" for item in asked)
    return f'<{operation}Response xmlns="{PARTNER}">{results}</{operation}Response>'


def _settled(run: Callable[[Element], str], item: Element) -> str:
    try:
        return f"{run(item)}<success>true</success>"
    except SalesforceError as error:
        told = f"<message>{escape(error.message)}</message><statusCode>{error.code}</statusCode>"
        return f"<errors>{told}</errors><success>false</success>"


def _merged(item: Element) -> str:
    # Clients put the id into either of the two namespaces.
    named = (item.findtext(f"p:masterRecord/{place}Id", "", _NS) for place in ("p:", f"{{{_RECORD}}}"))
    winner = next(filter(None, named), "")
    losers = [each.text or "" for each in item.findall("p:recordToMergeIds", _NS)]
    moved = merge(current_org(), winner, losers)
    told = [f"<mergedRecordIds>{each}</mergedRecordIds>" for each in losers]
    told += [f"<updatedRelatedIds>{each}</updatedRelatedIds>" for each in moved]
    return f"<id>{winner}</id>{''.join(told)}"


def _undeleted(item: Element) -> str:
    undelete(current_org(), item.text or "")
    return f"<id>{item.text}</id>"


def _reply(body: str, status: int = 200) -> Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_SOAP}" xmlns:sf="{_FAULTS}">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(text, status, content_type="text/xml; charset=utf-8")


def _fault(code: str, exception: str, message: str) -> Response:
    told = escape(message)
    detail = (
        f"<sf:exceptionCode>{exception}</sf:exceptionCode><sf:exceptionMessage>{told}</sf:exceptionMessage>"
    )
    return _reply(
        f"<soapenv:Fault><faultcode>{code}</faultcode><faultstring>{exception}: {told}</faultstring>"
        f"<detail><sf:UnexpectedErrorFault>{detail}</sf:UnexpectedErrorFault></detail></soapenv:Fault>",
        500,
    )
