"""Names and birthplaces drawn with the frequencies they really have in France."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

DATA = Path(__file__).parent / "data"
FRANCE = "99100"


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its INSEE code and its ISO 3166-1 code."""

    cog: str
    iso: str
    name: str


# Source: INSEE, Code officiel géographique, list of foreign countries.
COUNTRIES: Mapping[str, Country] = {
    country.cog: country
    for country in (
        Country(FRANCE, "FR", "France"),
        Country("99109", "DE", "Allemagne"),
        Country("99122", "PL", "Pologne"),
        Country("99127", "IT", "Italie"),
        Country("99131", "BE", "Belgique"),
        Country("99132", "GB", "Royaume-Uni"),
        Country("99134", "ES", "Espagne"),
        Country("99139", "PT", "Portugal"),
        Country("99205", "LB", "Liban"),
        Country("99216", "CN", "Chine"),
        Country("99326", "CI", "Côte d’Ivoire"),
        Country("99335", "ML", "Mali"),
        Country("99341", "SN", "Sénégal"),
        Country("99350", "MA", "Maroc"),
        Country("99351", "TN", "Tunisie"),
        Country("99352", "DZ", "Algérie"),
    )
}


class Draw:
    """A weighted draw over a fixed list."""

    def __init__(self, items: list[str], weights: list[int]) -> None:
        self._items = items
        self._totals = list(accumulate(weights))

    def one(self, chance: Random) -> str:
        """One item, as often as its weight says."""
        return chance.choices(self._items, cum_weights=self._totals)[0]


@cache
def family_names() -> Draw:
    """Family names, in capitals without diacritics, as INSEE's file has always been."""
    rows = _rows("family_names.csv")
    return Draw([row["family_name"] for row in rows], [int(row["births_1891_2000"]) for row in rows])


@cache
def given_names(gender: str, decade: int) -> Draw:
    """Given names of that gender and decade of birth, written as in a civil-status act."""
    rows = [
        row for row in _rows("given_names.csv") if row["gender"] == gender and int(row["decade"]) == decade
    ]
    return Draw([row["given_name"].title() for row in rows], [int(row["births"]) for row in rows])


@cache
def communes() -> Mapping[str, str]:
    """Names of communes and municipal arrondissements by INSEE code."""
    return {row["insee_code"]: row["name"] for row in _rows("communes.csv")}


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
