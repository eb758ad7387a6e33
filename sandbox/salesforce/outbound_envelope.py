"""The SOAP message of an outbound notification, and the one answer that acknowledges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from sandbox.salesforce.ids import make_id
from sandbox.salesforce.storage import SqlValue

OUTBOUND = "http://soap.sforce.com/2005/09/outbound"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENTERPRISE = "urn:sobject.enterprise.soap.sforce.com"


@dataclass(frozen=True, slots=True)
class Notification:
    """One changed record with the fields a rule tells; without any when it was deleted meanwhile."""

    id: str
    sobject: str
    values: Mapping[str, SqlValue]


def envelope(organization_id: str, base_url: str, notifications: Sequence[Notification]) -> bytes:
    """Give the message as the org writes it; the session id is empty, as it is since February 2026."""
    told = "".join(map(_notification, notifications))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soapenv:Envelope xmlns:soapenv="{_SOAP}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n <soapenv:Body>\n'
        f'  <notifications xmlns="{OUTBOUND}">\n'
        f"   <OrganizationId>{escape(organization_id)}</OrganizationId>\n"
        f"   <ActionId>{make_id('04k', 1)}</ActionId>\n"
        '   <SessionId xsi:nil="true"/>\n'
        f"   <EnterpriseUrl>{escape(base_url)}/services/Soap/c/62.0/{organization_id[:15]}</EnterpriseUrl>\n"
        f"   <PartnerUrl>{escape(base_url)}/services/Soap/u/62.0/{organization_id[:15]}</PartnerUrl>\n"
        f"{told}  </notifications>\n </soapenv:Body>\n</soapenv:Envelope>"
    )
    return text.encode()


def is_acknowledged(answer: bytes) -> bool:
    """Tell whether a listener's answer means "done"; anything else means "again"."""
    try:
        root = ElementTree.fromstring(answer)  # noqa: S314 - the answer of the listener under test
    except ElementTree.ParseError:
        return False
    found = root.find(f"{{{_SOAP}}}Body/{{{OUTBOUND}}}notificationsResponse/{{{OUTBOUND}}}Ack")
    return found is not None and (found.text or "").strip() == "true"


def _notification(each: Notification) -> str:
    fields = "".join(
        f"     <sf:{name}>{escape(str(value))}</sf:{name}>\n"
        for name, value in each.values.items()
        if value is not None
    )
    kind = quoteattr(f"sf:{each.sobject}")
    return (
        f"   <Notification>\n    <Id>{each.id}</Id>\n"
        f'    <sObject xsi:type={kind} xmlns:sf="{_ENTERPRISE}">\n{fields}    </sObject>\n'
        "   </Notification>\n"
    )
