"""Files of the platform as GraphQL nodes, keyed by the schema's field names."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.town.demarches.champs import form
from sandbox.town.demarches.dossiers import STATES, Event, Snapshot
from sandbox.town.demarches.platform import NUMBER, TITLE
from sandbox.town.demarches.silence import decision_by_silence
from sandbox.town.people import Person

Node = dict[str, Any]
AGENT = "accueil.loisirs@mairie.example"


def typed_id(kind: str, number: int | str) -> str:
    """The platform's opaque id."""
    return b64encode(f"{kind}-{number}".encode()).decode()


def dossier(snapshot: Snapshot) -> Node:
    """One file with every field of the schema; what this procedure has not is null."""
    person, decision, correction = snapshot.dossier.person, snapshot.decision, snapshot.pending_correction
    instructed = snapshot.last("passe_en_instruction", "repasse_en_instruction")
    form_changed = snapshot.last("depose", "depose_correction_usager")
    return {
        "id": typed_id("Dossier", snapshot.number),
        "number": snapshot.number,
        "state": snapshot.state,
        "archived": False,
        "prefilled": False,
        "connectionUsager": snapshot.dossier.connection,
        "dateDepot": snapshot.deposited_at,
        "datePassageEnConstruction": snapshot.deposited_at,
        "datePassageEnInstruction": _at(instructed) if snapshot.state != "en_construction" else None,
        "dateTraitement": _at(decision),
        "dateDerniereModification": snapshot.updated_at,
        "dateDerniereModificationChamps": _at(form_changed),
        "dateDerniereModificationAnnotations": snapshot.deposited_at,
        "dateDerniereCorrectionEnAttente": _at(correction),
        "datePrevisionnelleDecisionSVASVR": decision_by_silence(snapshot),
        "motivation": decision.text or None if decision else None,
        "usager": {"id": typed_id("User", snapshot.number), "email": person.email},
        "demandeur": _applicant(person, snapshot.number),
        "deposeParUnTiers": False,
        "demarche": {
            "id": typed_id("Procedure", NUMBER),
            "number": NUMBER,
            "title": TITLE,
            "state": "publiee",
        },
        "groupeInstructeur": group(),
        "instructeurs": [_agent()],
        "traitements": _treatments(snapshot),
        "messages": _chosen(_messages(snapshot)),
        "champs": _chosen(form(snapshot)),
        "annotations": _chosen([]),
    }


def deleted(snapshot: Snapshot, kind: str) -> Node:
    """A file that left the list; `kind` is Dossier while it can come back, DeletedDossier afterwards."""
    assert snapshot.hidden is not None
    left = snapshot.purged or snapshot.hidden
    return {
        "id": typed_id("DeletedDossier", snapshot.number),
        "number": snapshot.number,
        "state": snapshot.state,
        "reason": snapshot.hidden.kind,
        "dateSupression": left.at if kind == "DeletedDossier" else snapshot.hidden.at,
    }


def group() -> Node:
    """The only group of agents of this procedure."""
    return {
        "id": typed_id("GroupeInstructeur", 1),
        "number": 1,
        "label": "défaut",
        "closed": False,
        "instructeurs": [_agent()],
    }


def _agent() -> Node:
    return {"id": typed_id("Instructeur", 1), "email": AGENT}


def _applicant(person: Person, number: int) -> Node:
    return {
        "__typename": "PersonnePhysique",
        "id": typed_id("Individual", number),
        "civilite": "Mme" if person.gender == "female" else "M",
        "nom": person.family_name,
        "prenom": " ".join(person.given_names),
        "dateDeNaissance": person.birth_date,
        "email": person.email,
    }


def _treatments(snapshot: Snapshot) -> list[Node]:
    return [
        {
            "id": typed_id("Traitement", f"{snapshot.number}{place}"),
            "event": event.kind,
            "state": STATES[event.kind],
            "dateTraitement": event.at,
            "emailAgentTraitant": None if event.kind.startswith("depose") else AGENT,
            "motivation": event.text or None,
        }
        for place, event in enumerate(snapshot.events)
        if event.kind in STATES
    ]


def _messages(snapshot: Snapshot) -> list[Node]:
    return [
        {
            "id": typed_id("Commentaire", f"{snapshot.number}{place}"),
            "email": AGENT,
            "body": event.text,
            "createdAt": event.at,
            "discardedAt": None,
            "correction": {"reason": event.reason, "dateResolution": _resolved(snapshot, event)},
        }
        for place, event in enumerate(snapshot.events)
        if event.kind == "correction"
    ]


def _resolved(snapshot: Snapshot, asked: Event) -> datetime | None:
    made = (e for e in snapshot.events if e.kind == "depose_correction_usager" and e.at > asked.at)
    return _at(next(made, None))


def _at(event: Event | None) -> datetime | None:
    return event.at if event is not None else None


def _chosen(nodes: list[Node]) -> Callable[..., list[Node]]:
    # Lists that take an optional `id` argument.
    def choose(_info: object, **arguments: Any) -> list[Node]:
        wanted = arguments.get("id")
        return nodes if wanted is None else [node for node in nodes if node["id"] == wanted]

    return choose
