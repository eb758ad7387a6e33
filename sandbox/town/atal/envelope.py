"""SOAP 1.1 by hand: what is asked, what is answered, and faults with HTTP 500."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from flask import Response
from lxml import etree

from sandbox.town.atal.demands import COMMENTS, Demand, Move

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
ATAL = "urn:atal:demande"
Element: TypeAlias = Any  # the type of a node has no public name in lxml


class FaultError(Exception):
    """A fault: its code, its text, and the exception that stands in its detail."""

    def __init__(self, code: str, text: str, detail: tuple[str, str] | None = None) -> None:
        super().__init__(text)
        self.code, self.text, self.detail = code, text, detail


def asked(body: bytes) -> tuple[str, dict[str, str]]:
    """The operation and its arguments. Raises: FaultError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        top = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise FaultError("Client", "Le message n'est pas du XML") from error
    if top.getroottree().docinfo.doctype:
        raise FaultError("Client", "DOCTYPE interdit")
    operation = top.find(f"{{{SOAP}}}Body/*")
    if top.tag != f"{{{SOAP}}}Envelope" or operation is None:
        raise FaultError("Client", "Enveloppe SOAP 1.1 attendue")
    name = etree.QName(operation)
    if name.namespace != ATAL:
        raise FaultError("Client", "Espace de noms inconnu")
    return name.localname, {etree.QName(item).localname: (item.text or "") for item in operation}


def details(demand: Demand, move: Move) -> Element:
    """The answer of `retrieveDetailsDemande`."""
    top = etree.Element(f"{{{ATAL}}}retrieveDetailsDemandeResponse", nsmap={"ns": ATAL})
    shown = _add(top, "demande")
    _add(shown, "codeDemande", demand.code)
    _add(shown, "objet", demand.subject)
    _add(shown, "dateDemande", _time(demand.moves[0].at))
    state = _add(shown, "etat")
    _add(state, "description", move.label)
    _add(state, "date", _time(move.at))
    person = _add(shown, "demandeur")
    _add(person, "nom", demand.person.family_name)
    _add(person, "prenom", " ".join(demand.person.given_names))
    _add(person, "courriel", demand.person.email)
    for kind, text in (("DEMANDEUR", COMMENTS.get(move.label)), ("INTERNE", "INTERNE : équipe 3")):
        if text:
            comment = _add(shown, "commentaires")
            _add(comment, "destinataire", kind)
            _add(comment, "texte", text)
    return top


def references(changed: Mapping[str, datetime]) -> Element:
    """The answer of `listeDemandes`."""
    top = etree.Element(f"{{{ATAL}}}listeDemandesResponse", nsmap={"ns": ATAL})
    for code, at in changed.items():
        shown = _add(top, "demandes")
        _add(shown, "codeDemande", code)
        _add(shown, "dateModification", _time(at))
    return top


def answer(content: Element, *, doctype: bool = False) -> Response:
    """A message with this content; with `doctype`, one that no careful reader takes."""
    return _message(content, 200, doctype=doctype)


def fault(error: FaultError) -> Response:
    """A fault, which SOAP 1.1 sends with HTTP 500."""
    top = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(top, "faultcode").text = f"soap:{error.code}"
    etree.SubElement(top, "faultstring").text = error.text
    if error.detail:
        inner = _add(etree.SubElement(top, "detail"), error.detail[0])
        _add(inner, "codeDemande", error.detail[1])
    return _message(top, 500)


def a_date(text: str) -> date | None:
    """An xsd:date, None for an empty text. Raises: FaultError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise FaultError("Client", "Date attendue") from error


def _message(content: Element, status: int, *, doctype: bool = False) -> Response:
    top = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    etree.SubElement(top, f"{{{SOAP}}}Body").append(content)
    body = etree.tostring(top, encoding="utf-8")
    if doctype:
        body = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + body
    return Response(body, status, content_type="text/xml; charset=utf-8")


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    child = etree.SubElement(parent, f"{{{ATAL}}}{name}")
    child.text = text
    return child


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
