"""The history of a request: the timeline, and what was changed in Salesforce against the town's own data."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, render_template

from bridge.domain.causes import FOR_A_PERSON, MADE_ANEW
from bridge.domain.causes import cause as cause_words
from bridge.domain.org_case import CaseConflict, Outcome
from bridge.domain.words import sentence
from bridge.http.access import Access, agent_session, open_to
from bridge.usecases.read_history import CaseHistory, ReadHistory

_FIELDS = {
    "Subject": "l’objet",
    "ContactId": "la fiche du citoyen",
    "Status": "l’état standard",
    "Phase__c": "l’état",
    "Outcome__c": "la décision",
    "Waiting_For__c": "qui est attendu",
    "Public_Note__c": "la note au citoyen",
    "Next_Due_On__c": "l’échéance",
    "Reference__c": "le numéro",
}
_OUTCOMES = {
    Outcome.REWRITTEN: "La valeur de la ville a été remise.",
    Outcome.LEFT: "Laissé ainsi : le rattachement se décide ici, par un doute ou un justificatif.",
    Outcome.HELD: "Les envois de cette demande sont arrêtés jusqu’à votre décision.",
}


class Line(NamedTuple):
    """One line of the history: when, what, and what became of it."""

    at: datetime
    what: str
    then: str = ""


def add_case_history(console: Blueprint, read: ReadHistory) -> None:
    """Add `/agents/demandes/<case_id>`."""

    @console.get("/demandes/<case_id>")
    @open_to(Access.READER)
    def case_history(case_id: str) -> str:
        history = read(agent_session().agent, case_id)
        return render_template(
            "agents/case.html",
            history=history,
            case=history.case,
            status=sentence(history.case.content.status)["fr"],
            lines=_lines(history),
            stop=cause_words(history.held.cause_code) if history.held.cause_code else None,
        )


def _lines(history: CaseHistory) -> list[Line]:
    """Give timeline and conflicts together, the latest first."""
    told = [
        Line(event.occurred.at, f"{sentence(event.status)['fr']} « {event.status.legacy_label} »")
        for event in history.events
    ]
    changed = [Line(each.changed_at, _changed(each), _OUTCOMES[each.outcome]) for each in history.conflicts]
    return sorted([*told, *changed], key=lambda line: line.at, reverse=True)


def _changed(conflict: CaseConflict) -> str:
    by = f"Dans Salesforce, l’utilisateur {conflict.changed_by}"
    first = conflict.fields[0]
    if first in FOR_A_PERSON | MADE_ANEW and conflict.outcome is Outcome.HELD:
        return f"{by} : {cause_words(first).what}"
    fields = ", ".join(_FIELDS.get(name, name) for name in conflict.fields)
    return f"{by} a changé {fields}."
