"""The planning office's nightly rows, and a reader that gives what it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries
from bridge.domain.case import Case, CaseEvent, CaseKey
from bridge.domain.identity import PivotIdentity
from bridge.domain.synchronisation import Delivery, ParkedRecord, SourceRecord
from mappings.model import SourceMapping
from tests.domain.people import ANGELA
from tests.mappings.examples import packaged_sources

URBANISME: SourceMapping = packaged_sources()["urbanisme"]
DEMARCHES: SourceMapping = packaged_sources()["demarches"]
VOIRIE: SourceMapping = packaged_sources()["voirie"]
_SEX = {"female": "F", "male": "M"}


def row(number: int | str = 1, person: PivotIdentity = ANGELA, **changes: object) -> dict[str, object]:
    """Give a file of this person as the nightly export shows it."""
    born = person.birth_date.text.split("-") if person.birth_date else []
    values: dict[str, object] = {
        "NUM_DOSSIER": f"DP {number}" if isinstance(number, int) else number,
        "TYPE": "DP",
        "OBJET": "Clôture",
        "NOM": person.family_name,
        "PRENOMS": ", ".join(person.given_names),
        "SEXE": _SEX[person.gender] if person.gender else "",
        "DT_NAISS": "/".join(reversed(born)),
        "LIEU_NAISS": person.birth_place,
        "PAYS_NAISS": person.birth_country,
        "DT_DEPOT": "03/02/2025",
        "CD_ETAT": "INST",
        "LB_ETAT": "en cours d'instruction",
        "DT_ETAT": "10/02/2025",
        "DT_LIMITE": "",
        "PIECES_MANQUANTES": "",
    }
    return values | changes


def delivery(*rows: Mapping[str, object], key: str = "d1", **changes: Any) -> Delivery:
    """Give a delivery of these rows."""
    records = tuple(SourceRecord(f"row {number}", values) for number, values in enumerate(rows, 2))
    return Delivery(key, records, **({"cursor": None} | changes))


def picture(*rows: Mapping[str, object], name: str = "today.csv", **changes: Any) -> Delivery:
    """Give a whole full picture of these rows."""
    whole: dict[str, Any] = {"key": name, "cursor": name, "picture": name}
    whole |= {"last_of_picture": True, "total_records": len(rows)}
    return delivery(*rows, **(whole | changes))


@dataclass
class FakeReader:
    """Gives deliveries, or raises what stands in their place; keeps the cursors it was asked with."""

    gives: Sequence[Delivery | Exception] = ()
    cursors: list[str | None] = field(default_factory=list)

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give what it was told, in order."""
        self.cursors.append(cursor)
        for one in self.gives:
            if isinstance(one, Exception):
                raise one
            yield one


@dataclass
class FakeBell:
    """Notes each ring; answers as told."""

    is_heard: bool = True
    rung: list[str] = field(default_factory=list)

    def ring(self, lane: str) -> bool:
        """Note the lane."""
        self.rung.append(str(lane))
        return self.is_heard


def case(store: SqlStore, number: int | str = 1, source: str = "urbanisme") -> Case:
    """Give a stored case by its number."""
    key = CaseKey(source, f"DP {number}" if isinstance(number, int) else number)
    with store.begin() as tx:
        return tx.cases.existing([key])[key]


def numbers(store: SqlStore, source: str = "urbanisme", most: int = 20) -> list[str]:
    """Give which of the first cases there are."""
    with store.begin() as tx:
        return sorted(tx.cases.fingerprints(source, [f"DP {n}" for n in range(most)]))


def timeline(store: SqlStore, number: int | str = 1) -> tuple[CaseEvent, ...]:
    """Give the timeline of a case."""
    found = case(store, number)
    with store.begin() as tx:
        return tx.cases.events(found.id)


def parked(store: SqlStore) -> tuple[ParkedRecord, ...]:
    """Give what stopped."""
    with store.begin() as tx:
        return tx.intake.parked()


def causes(store: SqlStore) -> dict[str | None, str]:
    """Give the cause of each parked record under its case number."""
    return {record.source_case_id: record.cause_code for record in parked(store)}


def open_pushes(store: SqlStore) -> int:
    """Give how many cases wait for Salesforce."""
    with store.begin() as tx:
        return tx.pushes.open_count()


def audited(store: SqlStore) -> list[tuple[str, str, str, str]]:
    """Give every audit entry: actor, action, subject, detail."""
    entry = audit_entries.c
    query = select(entry.actor, entry.action, entry.subject, entry.detail).order_by(entry.id)
    with store._engine.connect() as connection:
        return [tuple(found) for found in connection.execute(query)]


@contextmanager
def writes(engine: Engine) -> Iterator[list[str]]:
    """Give the statements sent meanwhile that change rows."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(maxsplit=1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
