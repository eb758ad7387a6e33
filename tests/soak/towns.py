"""A town whose requests move all the time; the wording of each status carries the version it tells."""

from __future__ import annotations

import csv
import random
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from requests.exceptions import RequestException

from bench.town import CITIZEN
from sandbox.town.pusher import Pusher
from sandbox.town.urbanisme.rows import COLUMNS
from tests.soak.ledger import Item

_SENT_TWICE = 0.1
_WORDS = re.compile(r"Étape (\d+)\Z")


def wording(version: int) -> str:
    """Give the words a source says at a version."""
    return f"Étape {version}"


def version_in(words: str | None) -> int:
    """Give the version in a source's words, -1 when they hold none."""
    found = _WORDS.match(words or "")
    return int(found[1]) if found else -1


class Office(Protocol):
    """One municipal system: `source` is its name in the product."""

    source: str

    def tell(self, versions: dict[str, int], moved: Iterable[str]) -> bool:
        """Say where its requests stand; True when the product acknowledged what `moved`."""


@dataclass(slots=True)
class PlanningOffice:
    """Drops a full picture at each change, a marker after it."""

    folder: Path
    source: str = "urbanisme"
    _files: int = 0

    def tell(self, versions: dict[str, int], moved: Iterable[str]) -> bool:
        """Write the file, then its mark. Nobody acknowledges a file: it stays until a later one is read."""
        self._files += 1
        file = self.folder / f"URBA_{20300000 + self._files}.csv"
        with file.open("w", encoding="cp1252", newline="") as lines:
            writer = csv.DictWriter(lines, COLUMNS, delimiter=";", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows(_planning_row(number, version) for number, version in versions.items())
        file.with_name(f"{file.name}.ok").touch()
        # The last picture is all the product needs; a folder of thousands would be another test.
        for old in sorted(self.folder.iterdir())[:-6]:
            old.unlink()
        return False


def _planning_row(number: str, version: int) -> dict[str, str]:
    states = ("DEP", "INST", "CONSULT", "ACC")
    return CITIZEN | {
        "NUM_DOSSIER": number,
        "TYPE": "DP",
        "OBJET": "Clôture et portail",
        "ADRESSE": "1 rue de l'Essai",
        "DT_DEPOT": "05/01/2025",
        "CD_ETAT": states[version % len(states)],
        "LB_ETAT": wording(version),
        "DT_ETAT": "06/01/2025",
        "DT_LIMITE": "05/03/2025",
        "PIECES_MANQUANTES": "",
        "CODE_SUIVI": "",
        "OBS": "",
    }


@dataclass(slots=True)
class Registry:
    """Keeps its requests in a table others may read through a view."""

    file: Path
    source: str = "etat-civil"

    def __post_init__(self) -> None:
        """Lay the table out."""
        texts = (
            "type_demande nom_naissance prenoms sexe date_naissance lieu_naissance pays_naissance statut "
            "libelle_statut date_demande date_statut message_usager"
        )
        columns = ", ".join(f"{name} TEXT" for name in texts.split())
        with closing(sqlite3.connect(self.file)) as rows, rows:
            rows.execute(
                f"CREATE TABLE demandes (id_demande INTEGER PRIMARY KEY, num_demande TEXT UNIQUE, {columns})"
            )
            rows.execute("CREATE VIEW v_suivi_demandes AS SELECT * FROM demandes")

    def tell(self, versions: dict[str, int], moved: Iterable[str]) -> bool:
        """Write what moved; it can be read from the commit on."""
        states = ("SENT", "IN_PROGRESS", "ADD_AWAITING", "DONE")
        with closing(sqlite3.connect(self.file, timeout=30)) as rows, rows:
            for number in moved:
                version = versions[number]
                values = (states[version % len(states)], wording(version))
                done = rows.execute(
                    "UPDATE demandes SET statut = ?, libelle_statut = ? WHERE num_demande = ?",
                    (*values, number),
                )
                if done.rowcount == 0:
                    rows.execute(_INSERT, (number, *values))
        return False


_INSERT = """
INSERT INTO demandes (num_demande, type_demande, nom_naissance, prenoms, sexe, date_naissance, lieu_naissance,
    pays_naissance, statut, libelle_statut, date_demande, date_statut)
VALUES (?, 'ACTE_NAISSANCE', 'DUBOIS', 'Angela Claire Louise', '2', '1962-08-24', '75107', '99100', ?, ?,
    '2025-01-05 09:00:00', '2025-01-06 09:00:00')
"""


@dataclass(slots=True)
class PushingDesk:
    """Pushes each change as a signed delivery, again until it is received: late, twice, out of order."""

    pusher: Pusher
    random: random.Random
    source: str = "guichet"
    _sent: int = 0
    _waiting: dict[str, tuple[list[dict[str, str]], list[Item]]] = field(default_factory=dict)

    def tell(self, versions: dict[str, int], moved: Iterable[str]) -> bool:
        """Send what moved, one delivery a request, behind what still waits; `received` tells what arrived."""
        for number in moved:
            record = _planning_row(number, versions[number]) | {"RANG": str(versions[number])}
            self._sent += 1
            told = [(f"{self.source}:{number}", versions[number])]
            self._waiting[f"soak-{self._sent}"] = ([record], told)
        return False

    def send(self) -> list[Item]:
        """Send all that waits, in any order, some of it twice; give what was received now."""
        received: list[Item] = []
        for key in self.random.sample(sorted(self._waiting), len(self._waiting)):
            records, told = self._waiting[key]
            copies = 1 + (self.random.random() < _SENT_TWICE)
            answers = [self._is_received(key, records) for _ in range(copies)]
            if any(answers):
                received += told
                del self._waiting[key]
        return received

    @property
    def waits(self) -> int:
        """How many deliveries nobody received yet."""
        return len(self._waiting)

    def _is_received(self, key: str, records: list[dict[str, str]]) -> bool:
        try:
            return self.pusher.push(key, records).ok
        except RequestException:
            return False


@dataclass(slots=True)
class Town:
    """The offices and where each request stands; `random` decides what moves next."""

    offices: tuple[Office, ...]
    random: random.Random
    cases_each: int
    note: Callable[[Iterable[Item]], None]
    acknowledge: Callable[[Iterable[Item]], None]
    versions: dict[str, dict[str, int]] = field(default_factory=dict)

    def move(self, office: Office, most: int = 20) -> None:
        """Let some requests of an office move, and have it tell."""
        known = self.versions.setdefault(office.source, {})
        if known:
            moved = self.random.sample(sorted(known), self.random.randint(1, min(most, len(known))))
        else:
            moved = [f"{office.source[:2].upper()} 2025 {number:05}" for number in range(self.cases_each)]
        for number in moved:
            known[number] = known.get(number, -1) + 1
        told = [(f"{office.source}:{number}", known[number]) for number in moved]
        self.note(told)
        if office.tell(known, moved):
            self.acknowledge(told)

    def last_told(self) -> set[Item]:
        """Give the newest version of each request."""
        return {
            (f"{source}:{number}", version)
            for source, known in self.versions.items()
            for number, version in known.items()
        }
