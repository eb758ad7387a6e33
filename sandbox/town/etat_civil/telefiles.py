"""The same requests as an XML file a day, as the software of another vendor hands them on.

The shape is invented; its traits are those of HubEE's payloads: a namespace, HubEE's status words, ISO dates,
local times without a zone. Source: github.com/dinum-HubEE/Documentations, folder SolutionSI.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from sandbox.town.etat_civil.requests import Change, CivilRequest
from sandbox.town.etat_civil.words import LABELS
from sandbox.town.faults import Faults

NAMESPACE = "urn:exemple:teledossiers"


class TelefileDrop:
    """One full picture dropped for each day lived, then its marker."""

    def __init__(self, folder: Path, faults: Faults) -> None:
        self._faults = faults
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, day: date, standing: Sequence[tuple[CivilRequest, Change]]) -> None:
        """Drop the file of that day, with whatever fault is on."""
        path = self.folder / f"ACTES_{day:%Y%m%d}.xml"
        ok = path.with_name(path.name + ".ok")
        # A marker left from an earlier drop must not vouch for the new bytes.
        ok.unlink(missing_ok=True)
        content = document(standing, len(standing) + 2 * self._faults.number("xml_count"))
        if self._faults.number("xml_truncated"):
            content = content[: len(content) * 2 // 3]
        path.write_bytes(content)
        ok.touch()

    def empty(self) -> None:
        """Remove every file dropped."""
        for path in self.folder.glob("ACTES_*"):
            path.unlink()


def document(standing: Sequence[tuple[CivilRequest, Change]], announced: int) -> bytes:
    """The file as bytes."""
    files = "".join(_file(request, change) for request, change in standing)
    root = f'<t:Teledossiers xmlns:t="{NAMESPACE}" nombre="{announced}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n{files}</t:Teledossiers>\n'.encode()


def _file(request: CivilRequest, change: Change) -> str:
    message = f"<t:message>{escape(change.message)}</t:message>" if change.message else ""
    comment = f"<t:commentaire>{escape(change.comment)}</t:commentaire>" if change.comment else ""
    return (
        f'<t:Teledossier id="{request.number}" type="{request.kind}">{_applicant(request)}'
        f'<t:statut code="{change.status}">{escape(LABELS[change.status])}</t:statut>'
        f"<t:dates><t:depot>{request.changes[0].at:%Y-%m-%dT%H:%M:%S}</t:depot>"
        f"<t:statut>{change.at:%Y-%m-%dT%H:%M:%S}</t:statut></t:dates>{message}{comment}</t:Teledossier>\n"
    )


def _applicant(request: CivilRequest) -> str:
    person = request.person
    names = "".join(f"<t:prenom>{escape(name)}</t:prenom>" for name in person.given_names)
    born = ""
    if person.birth_date and not request.birth_unknown:
        place = quoteattr(person.birthplace or "")
        born = f"<t:dateNaissance>{person.birth_date}</t:dateNaissance><t:lieuNaissance codeInsee={place}/>"
    return (
        f"<t:demandeur><t:nomNaissance>{escape(person.family_name)}</t:nomNaissance>"
        f"<t:prenoms>{names}</t:prenoms><t:sexe>{'F' if person.gender == 'female' else 'M'}</t:sexe>"
        f"{born}</t:demandeur>"
    )
