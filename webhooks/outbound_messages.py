"""Reads an outbound message of Salesforce: which org speaks, and which records it names. Nothing else of it.

The standard library's expat, with everything an outbound message never has refused: neither defusedxml nor
lxml bounds the depth or refuses comments, and one parser less is one less to keep safe.
Source: Salesforce, SOAP API, outbound messages.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

from bridge.domain.record_ids import record_id
from bridge.errors import RequestError

ACKNOWLEDGED = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
    '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack>'
    "</notificationsResponse></soapenv:Body></soapenv:Envelope>"
)
"""The one answer that ends the repetition; never made from anything that was sent."""

MOST_NOTIFICATIONS = 100
_DEEPEST = 12
_LONGEST = 64
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_OUT = "http://soap.sforce.com/2005/09/outbound"
_TYPE = "http://www.w3.org/2001/XMLSchema-instance type"
_MESSAGE = (f"{_SOAP} Envelope", f"{_SOAP} Body", f"{_OUT} notifications")
_ORGANIZATION = (*_MESSAGE, f"{_OUT} OrganizationId")
_NOTIFICATION = (*_MESSAGE, f"{_OUT} Notification")
_RECORD = (*_NOTIFICATION, f"{_OUT} sObject")
_RECORD_IDS = frozenset(
    (*_RECORD, f"urn:sobject.{kind}.soap.sforce.com Id") for kind in ("enterprise", "partner")
)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """The org that speaks and, by kind, the records it names, all ids of 18 characters.

    `unreadable` counts notifications that name none.
    """

    organization_id: str
    records: tuple[tuple[str, str], ...]
    unreadable: int


def read_message(body: bytes) -> OutboundMessage:
    """Give what a message says. Raises: RequestError `notification.malformed`."""
    lowered = body.lower()
    if b"<!doctype" in lowered or b"<!entity" in lowered:
        raise _malformed()
    try:
        body.decode("utf-8")
        return _Reader().read(body)
    except (UnicodeDecodeError, expat.ExpatError):
        raise _malformed() from None


class _Reader:
    """Follows one message element by element; keeps three texts and drops the rest."""

    def __init__(self) -> None:
        self._path: tuple[str, ...] = ()
        self._text: list[str] | None = None
        self._organizations: list[str] = []
        self._messages = 0
        self._notifications = 0
        self._kind = ""
        self._records: list[tuple[str, str]] = []

    def read(self, body: bytes) -> OutboundMessage:
        parser = expat.ParserCreate("UTF-8", namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.CommentHandler = _refuse
        parser.ProcessingInstructionHandler = _refuse
        parser.StartCdataSectionHandler = _refuse
        parser.Parse(body, True)
        organization = record_id("".join(self._organizations))
        if self._messages != 1 or len(self._organizations) != 1 or organization is None:
            raise _malformed()
        return OutboundMessage(organization, tuple(self._records), self._notifications - len(self._records))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path = (*self._path, name)
        if len(self._path) > _DEEPEST:
            raise _malformed()
        if self._path == _MESSAGE:
            self._messages += 1
        elif self._path == _NOTIFICATION:
            self._notifications += 1
            self._kind = ""
        elif self._path == _RECORD:
            self._kind = attributes.get(_TYPE, "").rpartition(":")[2]
        if self._notifications > MOST_NOTIFICATIONS:
            raise _malformed()
        self._text = [] if self._path == _ORGANIZATION or self._path in _RECORD_IDS else None

    def _characters(self, text: str) -> None:
        if self._text is None:
            return
        self._text.append(text)
        if sum(map(len, self._text)) > _LONGEST:
            raise _malformed()

    def _end(self, _name: str) -> None:
        text = "".join(self._text or ()).strip()
        if self._path == _ORGANIZATION:
            self._organizations.append(text)
        elif self._path in _RECORD_IDS and (named := record_id(text)) and self._kind:
            self._records.append((self._kind, named))
            self._kind = ""  # one record a notification
        self._path, self._text = self._path[:-1], None


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() != "utf-8":
        raise _malformed()


def _refuse(*_what: object) -> None:
    raise _malformed()


def _malformed() -> RequestError:
    return RequestError("not an outbound message", code="notification.malformed")
