"""A search: its criteria, its order, and pages that count from zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.town.platau.dossiers import Dossier
from sandbox.town.platau.hub import PlanningHub

FIXED_PAGE = 500
"""The page of the routes that ignore the size asked for; a larger one has brought the hub down."""

_DOSSIER = frozenset({"idDossier", "noLocal"})
_CONSULTATION = frozenset({"idConsultation", "nomEtatConsultation"})
_ORDERS: Mapping[str, Callable[[Dossier], Any]] = {
    "DT_DEPOT": lambda d: (d.file.deposited_on, d.id),
    "DT_LIMITE_DE_REPONSE": lambda d: (d.consultations[-1].sent_on, d.id),
}


class SearchError(ValueError):
    """The search is refused with 400."""


class OverloadError(Exception):
    """The page asked for is more than the hub can build: 500."""


@dataclass(frozen=True, slots=True)
class Pages:
    """One page and how many there are."""

    total: int
    shown: list[Dossier]


def search(hub: PlanningHub, body: object, query: Mapping[str, str]) -> Pages:
    """The page asked for. Raises: SearchError, OverloadError."""
    if not isinstance(body, dict) or set(body) - {"criteresSurDossiers", "criteresSurConsultations"}:
        raise SearchError("criteresSurDossiers ou criteresSurConsultations attendus")
    found = [d for d in hub.dossiers() if _matches(hub, d, body)]
    order = _ORDERS.get(query.get("colonneTri", "DT_DEPOT"))
    if order is None or query.get("sensTri", "DESC") not in {"ASC", "DESC"}:
        raise SearchError("colonneTri ou sensTri inconnu")
    found.sort(key=order, reverse=query.get("sensTri", "DESC") == "DESC")
    return paged(found, query)


def paged(found: list[Any], query: Mapping[str, str], size: int | None = None) -> Pages:
    """One page of what was found; `size` is that of the route, when it has its own."""
    asked = size or _count(query, "nbElementsParPage", FIXED_PAGE)
    if asked > FIXED_PAGE:
        raise OverloadError
    number = _count(query, "numeroPage", 0)
    start = number * asked
    return Pages(-(-len(found) // max(asked, 1)), found[start : start + asked])


def _matches(hub: PlanningHub, dossier: Dossier, body: Mapping[str, Any]) -> bool:
    of_file, of_asked = body.get("criteresSurDossiers") or {}, body.get("criteresSurConsultations") or {}
    if set(of_file) - _DOSSIER or set(of_asked) - _CONSULTATION:
        raise SearchError("critère inconnu")
    said = {"idDossier": dossier.id, "noLocal": dossier.file.number}
    if any(said[name] != wanted for name, wanted in of_file.items()):
        return False
    known = dossier.known(hub.day)
    wanted_id, states = of_asked.get("idConsultation"), of_asked.get("nomEtatConsultation")
    if wanted_id and wanted_id not in {c.id for c in known}:
        return False
    return not states or any(hub.state(c.id, c.state(hub.day) or 0) in states for c in known)


def _count(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise SearchError(f"{name} doit être un entier")
    return int(text)
