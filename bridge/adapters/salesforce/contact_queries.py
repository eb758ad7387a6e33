"""The few selective questions that find a Contact. Values only ever enter a query through `format_soql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.contact_values import BIRTHDATE, READ_VALUES
from bridge.domain.identity import BirthDate, PivotIdentity, comparison_key

MOST_CANDIDATES = 50
EMAIL = "Email"
PHONES = ("MobilePhone", "Phone")
"""The standard fields a town reaches people by, the mobile telephone first."""
_MOST_SPELLINGS = 8
_LAST_NAME_LENGTH = 80
_FIRST_NAME_LENGTH = 40
_ACCENTED = {
    "A": "AÀÂÄÆ",
    "C": "CÇ",
    "E": "EÉÈÊË",
    "I": "IÎÏ",
    "N": "NÑ",
    "O": "OÔÖŒ",
    "U": "UÙÛÜ",
    "Y": "YŸ",
}
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})


def by_subject(subject_hashes: Sequence[str], names: Mapping[str, str]) -> str:
    """Give the query for the Contacts that bear one of these hashes."""
    return _select(names, f"{names['subject_hash']} IN {{}}", list(subject_hashes), most=len(subject_hashes))


def by_id(contact_id: str, names: Mapping[str, str]) -> str:
    """Give the query for one Contact with where the town reaches the person."""
    return _select(names, "Id = {}", contact_id, most=1, beside=(EMAIL, *PHONES))


def candidates(
    identity: PivotIdentity, names: Mapping[str, str], usage_name: str | None = None
) -> Iterator[str]:
    """Give at most three queries, the surest first: certified birth date, usual birth date, no birth date.

    Each one demands the birth name or the name in use, whole or by its first letter, and beside it a birth
    date or the first given name.
    """
    born_as = spellings(identity.family_name or "", _LAST_NAME_LENGTH)
    if not born_as:
        return
    family = list(dict.fromkeys((*born_as, *spellings(usage_name or "", _LAST_NAME_LENGTH))))
    last, born = names["last_name"], names["birth_date"]
    if identity.birth_date:
        condition = f"{born} = {{}} AND ({names['birth_name']} IN {{}} OR {last} IN {{}})"
        yield _select(names, condition, identity.birth_date.text, born_as, family)
        letters = initials((identity.family_name or "", usage_name or ""))
        if letters and (day := _day(identity.birth_date)):
            begins = " OR ".join(f"{last} LIKE '{letter}%'" for letter in letters)
            yield _select(names, f"{BIRTHDATE} = {{}} AND ({begins})", day)
    if given := _first_names(identity.given_names):
        undated = f" AND {born} = null AND {BIRTHDATE} = null" if identity.birth_date else ""
        condition = f"{last} IN {{}} AND {names['first_given_name']} IN {{}}{undated}"
        yield _select(names, condition, family, given)


def _first_names(given: Sequence[str]) -> list[str]:
    """Give the spellings of the first given name, and of all of them as some registers keep them."""
    firsts = (*given[:1], " ".join(given), ", ".join(given))
    return list(dict.fromkeys(way for first in firsts for way in spellings(first, _FIRST_NAME_LENGTH)))


def spellings(name: str, longest: int) -> list[str]:
    """Give the ways a register may have written a name, cut to its field; the org ignores capitals."""
    plain = name.translate(_APOSTROPHES).strip()
    key = comparison_key(name)
    joined = (key, key.replace(" ", "-"), key.replace(" ", "'"), key.replace(" ", ""))
    spaced = (plain.replace("-", " "), plain.replace(" ", "-"), plain.replace("'", "’"))
    ways = (way[:longest].strip() for way in (name.strip(), plain, *joined, *spaced))
    return [way for way in dict.fromkeys(ways) if way][:_MOST_SPELLINGS]


def initials(family_names: Iterable[str]) -> list[str]:
    """Give the letters a register may begin these names with.

    The org tells É from E, and FranceConnect gives many names without their accents, so a name that goes
    with a birth date is asked for by its first letter; the caller compares the rest.
    """
    firsts = (comparison_key(name)[:1] for name in family_names)
    letters = (letter for first in firsts for letter in _ACCENTED.get(first, first))
    return [letter for letter in dict.fromkeys(letters) if letter.isalnum()]


def _day(birth_date: BirthDate) -> date | None:
    try:
        return date.fromisoformat(birth_date.text)
    except ValueError:
        return None


def _select(
    names: Mapping[str, str],
    condition: str,
    *values: object,
    most: int = MOST_CANDIDATES,
    beside: Sequence[str] = (),
) -> str:
    columns = ", ".join(["Id", BIRTHDATE, *(names[value] for value in READ_VALUES), *beside])
    query = f"SELECT {columns} FROM Contact WHERE {condition} ORDER BY CreatedDate, Id LIMIT {most}"  # noqa: S608 - field names come from the mapping, values through format_soql
    return str(format_soql(query, *values))
