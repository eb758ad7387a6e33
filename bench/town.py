"""A larger town than the stand-in: planning files by the hundred thousand, the same for the same seed."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from sandbox.town.urbanisme.rows import COLUMNS, Row

_KINDS = ("PC", "DP", "DP", "DP", "CU")
_PURPOSES = (
    "Construction d'une maison individuelle avec garage accolé et abri de jardin",
    "Remplacement de la clôture et du portail en limite de voie publique, à l'identique",
    "Ravalement de la façade sur rue, changement des volets et des menuiseries",
    "Pose de panneaux photovoltaïques sur le versant sud de la toiture",
)
_FAMILY = (
    "MARTIN",
    "LEFÈVRE",
    "NGUYEN",
    "LE GALL",
    "D'ALMEIDA",
    "PÉREZ",
    "BÉNARD",
    "KONATÉ",
    "ROUX",
    "MÜLLER",
)
_GIVEN = ("Angela, Claire", "Éric", "Fatou, Awa", "Jean, Louis, Marie", "Zoé", "Noël", "Inès", "Rémi, Paul")
_REMARK = "Vu au guichet ; plan au dossier papier, armoire 4, "
_STATES = (
    ("INST", "En cours d'instruction"),
    ("ACC", "Accordé"),
    ("NONOPP", "Non opposition"),
    ("DEP", "Déposé"),
)
_FIRST = date(2015, 1, 5)


CITIZEN: Row = {
    "NOM": "DUBOIS",
    "PRENOMS": "Angela, Claire, Louise",
    "SEXE": "F",
    "DT_NAISS": "24/08/1962",
    "LIEU_NAISS": "75107",
    "PAYS_NAISS": "99100",
}
"""One resident whose civil status is complete, and so can be found."""


def planning_rows(count: int, *, owned: int = 0, seed: int = 1) -> Iterator[Row]:
    """Give that many files as the planning software writes them; `owned` of them are the citizen's."""
    chance = random.Random(seed).random
    every = count // owned if owned else 0
    days = _written(_FIRST, 3_100)
    births = _written(date(1940, 1, 1), 22_000)

    def one_of(choices: Sequence[str]) -> str:
        return choices[int(chance() * len(choices))]

    for number in range(count):
        code, label = _STATES[int(chance() * len(_STATES))]
        deposited = number % 3_000
        row = {
            "NUM_DOSSIER": f"PC 092040 {number // 10_000:02} {number % 10_000:05}",
            "TYPE": one_of(_KINDS),
            "OBJET": one_of(_PURPOSES),
            "NOM": f"{one_of(_FAMILY)}-{one_of(_FAMILY)}",
            "PRENOMS": one_of(_GIVEN),
            "SEXE": one_of("FM"),
            "DT_NAISS": one_of(births),
            "LIEU_NAISS": f"{1_001 + int(chance() * 94_998):05}",
            "PAYS_NAISS": "99100",
            "ADRESSE": f"{1 + int(chance() * 199)} rue de la République, 92040 Ville-sur-Seine",
            "DT_DEPOT": days[deposited],
            "CD_ETAT": code,
            "LB_ETAT": label,
            "DT_ETAT": days[deposited + 20],
            "DT_LIMITE": days[deposited + 60],
            "PIECES_MANQUANTES": "",
            "OBS": _REMARK,
            "CODE_SUIVI": "",
        }
        yield row | CITIZEN if every and number % every == 0 and number // every < owned else row


def _written(first: date, count: int) -> list[str]:
    return [f"{first + timedelta(days=number):%d/%m/%Y}" for number in range(count)]


def write_extract(path: Path, count: int, *, owned: int = 0, remark: str = "", fresh: int = 0) -> None:
    """Write a full extract, complete with its mark, row by row: about 300 bytes each.

    `remark` goes into a column that stays outside: another file, in which no record has changed, but for
    `fresh` ones spread over it, whose decision was dated anew.
    """
    every = max(1, count // fresh) if fresh else 0
    with path.open("w", encoding="cp1252", newline="") as lines:
        writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for number, row in enumerate(planning_rows(count, owned=owned)):
            row["OBS"] += remark
            if every and number % every == 0:
                row |= {"CD_ETAT": "ACC", "LB_ETAT": "Accordé", "DT_ETAT": "02/12/2024"}
            writer.writerow([row[name] for name in COLUMNS])
    path.with_name(f"{path.name}.ok").touch()


def write_again(path: Path, former: Path, old: str, new: str) -> None:
    """Write an extract once more under another name, with another remark, and take the former away."""
    with former.open("rb") as lines, path.open("wb") as copy:
        copy.writelines(line.replace(old.encode(), new.encode()) for line in lines)
    former.unlink()
    path.with_name(f"{path.name}.ok").touch()
