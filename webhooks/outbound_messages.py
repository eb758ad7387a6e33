"""Reads an outbound message of Salesforce: which org speaks, and which records it names. Nothing else of it.

The standard library's expat, with everything an outbound message never has refused: neither defusedxml nor
lxml bounds the depth or refuses comments, and one parser less is one less to keep safe.
Source: Salesforce, SOAP API, outbound messages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
_KIND = re.compile(r"[A-Za-z]\w{0,79}")
_LONGEST = 64
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_OUT = "http://soap.sforce.com/2005/09/outbound"
_TYPE = "http://www.w3.org/2001/XMLSchema-instance type"
_MESSAGE = (f"{_SOAP} Envelope", f"{_SOAP} Body", f"{_OUT} notifications")
_ORGANIZATION = (*_MESSAGE, f"{_OUT} OrganizationId")
_NOTIFICATION = (*_MESSAGE, f"{_OUT} Notification")
_NOTIFICATION_ID = (*_NOTIFICATION, f"{_OUT} Id")
_RECORD = (*_NOTIFICATION, f"{_OUT} sObject")
_RECORD_IDS = frozenset(
    (*_RECORD, f"urn:sobject.{kind}.soap.sforce.com Id") for kind in ("enterprise", "partner")
)


@dataclass(frozen=True, slots=True)
class Notified:
    """One notification: its own id, which a repetition bears too, and the record it names.

    `record_id` has 18 characters; it is None when none can be read. `kind` is a name or nothing.
    """

    id: str | None
    kind: str
    record_id: str | None


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """The org that speaks, its id in 18 characters, and what it says."""

    organization_id: str
    notified: tuple[Notified, ...]

    @property
    def records(self) -> tuple[tuple[str, str], ...]:
        """The records named, by kind."""
        return tuple((each.kind, each.record_id) for each in self.notified if each.record_id)

    @property
    def unreadable(self) -> int:
        """How many notifications name no record."""
        return sum(each.record_id is None for each in self.notified)


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
    """Follows one message element by element; keeps the ids and the kinds, and drops the rest."""

    def __init__(self) -> None:
        self._path: tuple[str, ...] = ()
        self._text: list[str] | None = None
        self._organizations: list[str] = []
        self._messages = 0
        self._notified: list[Notified] = []

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
        return OutboundMessage(organization, tuple(self._notified))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path = (*self._path, name)
        if len(self._path) > _DEEPEST:
            raise _malformed()
        if self._path == _MESSAGE:
            self._messages += 1
        elif self._path == _NOTIFICATION:
            self._notified.append(Notified(None, "", None))
        elif self._path == _RECORD:
            kind = attributes.get(_TYPE, "").rpartition(":")[2]
            self._learn(kind=kind if _KIND.fullmatch(kind) else "")
        if len(self._notified) > MOST_NOTIFICATIONS:
            raise _malformed()
        kept = self._path in {_ORGANIZATION, _NOTIFICATION_ID} or self._path in _RECORD_IDS
        self._text = [] if kept else None

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
        elif self._path == _NOTIFICATION_ID:
            self._learn(id=record_id(text))
        elif self._path in _RECORD_IDS and self._notified[-1].kind and not self._notified[-1].record_id:
            self._learn(record_id=record_id(text))
        self._path, self._text = self._path[:-1], None

    def _learn(self, **known: str | None) -> None:
        self._notified[-1] = replace(self._notified[-1], **known)  # type: ignore[arg-type]  # by name


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() != "utf-8":
        raise _malformed()


def _refuse(*_what: object) -> None:
    raise _malformed()


def _malformed() -> RequestError:
    return RequestError("not an outbound message", code="notification.malformed")
