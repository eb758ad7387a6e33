"""The public FEBRL 4 data set, Australian and invented: 5,000 people, each in two registers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.matching_library import febrl, judged
from bench.matching_pairs import Pair
from bench.people import Person
from bridge.domain.contact import Contact
from bridge.domain.identity import FRANCE, BirthDate, PivotIdentity
from bridge.domain.matching import Decision, Verdict, decide

_DIGITS = 8
_FIRST_FEW = 5


def measured() -> dict[str, Any]:
    """Give what the rules make of it; it has neither gender nor country, so none of it can be certain."""
    data = febrl()
    if "certified" not in data:
        return data
    known = [Contact(str(row["rec_id"]), _identity(row), None) for row in data["known"]]
    index = _by_clue(known)
    counted: Counter[str] = Counter()
    tried: list[Pair] = []
    for row in data["certified"]:
        identity, number = _identity(row), _number(str(row["rec_id"]))
        around = {contact.id: contact for clue in _clues(identity) for contact in index.get(clue, ())}
        counted.update(_outcome(number, decide(identity, None, around.values())))
        person = Person(int(number), identity, None, tells_usage_name=False)
        tried += (Pair(person, each, is_same=_number(each.id) == number) for each in around.values())
    return {"people": len(data["certified"]), **dict(counted.most_common()), "library": judged(tried)}


def _outcome(number: str, decision: Decision) -> list[str]:
    owners = [_number(each.contact.id) for each in decision.evidence]
    rank = owners.index(number) + 1 if number in owners else 0
    offered = decision.contact is not None
    mine = offered and rank == 1
    said = {
        "linked": decision.verdict is Verdict.LINK,
        "offered": decision.verdict is Verdict.PROVE and mine,
        "offered_wrongly": offered and not mine,
        "agent": decision.verdict is Verdict.REVIEW,
        "not_found": rank == 0,
        "first": rank == 1,
        "first_five": 0 < rank <= _FIRST_FEW,
    }
    return [name for name, holds in said.items() if holds]


def _number(record_id: str) -> str:
    return record_id.split("-")[1]


def _identity(row: Mapping[str, Any]) -> PivotIdentity:
    born = str(row["date_of_birth"] or "")
    dated = BirthDate(f"{born[:4]}-{born[4:6]}-{born[6:]}") if len(born) == _DIGITS else None
    given = (str(row["given_name"]),) if row["given_name"] else ()
    return PivotIdentity(row["surname"], given, dated, None, row["postcode"], FRANCE)


def _by_clue(known: Sequence[Contact]) -> dict[str, list[Contact]]:
    index: dict[str, list[Contact]] = {}
    for contact in known:
        for clue in _clues(contact.identity):
            index.setdefault(clue, []).append(contact)
    return index


def _clues(identity: PivotIdentity) -> set[str]:
    """The date, and each name: whoever shares none of them is never compared."""
    born = identity.birth_date.text if identity.birth_date else ""
    return {clue for clue in (born, identity.family_name or "", *identity.given_names) if clue}
