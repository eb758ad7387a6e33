"""The few selective questions that find a Contact. Values only ever enter a query through `format_soql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.contact_values import BIRTHDATE, READ_VALUES
from bridge.adapters.salesforce.name_patterns import anchored, initials, patterns
from bridge.domain.births import days_near
from bridge.domain.identity import BirthDate, PivotIdentity, Precision, comparison_key

MOST_CANDIDATES = 50
EMAIL = "Email"
PHONES = ("MobilePhone", "Phone")
"""The standard fields a town reaches people by, the mobile telephone first."""
_LAST_NAME_LENGTH = 80
_FIRST_NAME_LENGTH = 40
_MOST_GIVEN = 4
_MOST_WORDS = 4
_SHORTEST_PART = 4


def by_subject(subject_hashes: Sequence[str], names: Mapping[str, str]) -> str:
    """Give the query for the Contacts that bear one of these hashes."""
    condition = format_soql(f"{names['subject_hash']} IN {{}}", list(subject_hashes))
    return _select(names, condition, most=len(subject_hashes))


def by_id(contact_id: str, names: Mapping[str, str]) -> str:
    """Give the query for one Contact with where the town reaches the person."""
    return _select(names, format_soql("Id = {}", contact_id), most=1, beside=(EMAIL, *PHONES))


def candidates(
    identity: PivotIdentity, names: Mapping[str, str], usage_name: str | None = None
) -> Iterator[str]:
    """Give at most three queries, the surest first: this birth date, one near it, none at all.

    Each demands a birth date or its absence, and beside it a name; the caller compares the rest. Nobody is
    looked for whose birth name holds neither letter nor digit.
    """
    if not _is_askable(identity.family_name or ""):
        return
    asked = _Question(names, identity, usage_name)
    born = identity.birth_date
    day = _day(born) if born else None
    if born and day and born.precision is Precision.DAY:
        yield asked.born_on(day)
        if _is_new_year(day):
            yield asked.born_between(day, day.replace(month=12, day=31))
        else:
            yield asked.born_near(days_near(day))
    elif born and day:
        yield asked.born_between(day, _last_day(born, day))
    if asked.first:
        yield asked.undated(known=born is not None)


class _Question:
    """What is asked of the org about one person."""

    def __init__(self, names: Mapping[str, str], identity: PivotIdentity, usage_name: str | None) -> None:
        self._names = names
        whole = [name for name in (identity.family_name, usage_name) if name and _is_askable(name)]
        self._family = [*whole, *(word for word in _words(whole) if len(word) >= _SHORTEST_PART)]
        self._given = [name for name in identity.given_names if _is_askable(name)][:_MOST_GIVEN]
        self.called = self._like_family(_shapes(self._family, _LAST_NAME_LENGTH))
        """The birth name or the name in use, on either name of the Contact."""
        begun = [
            shape for name in self._given for shape in patterns(name, _FIRST_NAME_LENGTH - 1, begins=True)
        ]
        self.first = self._like("first_given_name", begun)
        """A first name that begins with one of the given names."""
        self.certified = f"{names['subject_hash']} != null"

    def born_on(self, day: date) -> str:
        """This very day: a name that begins alike, or one of the given names, is enough."""
        letters = initials(_words(self._family))
        # Registers write the first of January for a day nobody knows: there the whole name is asked for.
        family = self._like_family(f"{letter}%" for letter in letters if not _is_new_year(day))
        interchanged = self._like("first_given_name", _shapes(self._family[:1], _FIRST_NAME_LENGTH))
        # Somebody certified that day may be this person before a correction of the names.
        certified = [] if _is_new_year(day) else [self.certified]
        alike = (*(family or self.called), *self.first, *interchanged, *certified)
        return self._where(self._dated("=", day), _any(alike))

    def born_near(self, days: Sequence[date]) -> str:
        """A day that a slip or a register's habit makes of it, under the same name."""
        return self._where(self._dated("IN", list(days)), _any(self.called))

    def born_between(self, first: date, last: date) -> str:
        """A date known in part: any day of that month; of a year, under a given name too."""
        whole_year = last.month != first.month
        spelled = format_soql("{:like}", first.isoformat()[: 4 if whole_year else 7])
        within = (
            format_soql(f"({BIRTHDATE} >= {{}} AND {BIRTHDATE} <= {{}})", first, last),
            f"{self._names['birth_date']} LIKE '{spelled}-%'",
        )
        given = [_any(self.first)] if whole_year and self.first else []
        return self._where(_any(within), _any(self.called), *given)

    def undated(self, *, known: bool) -> str:
        """The same name and a given name; when the person's own date is known, among those who have none.

        The last name may go on: a name in use behind the birth name. Somebody certified under another date
        may be this person before a correction of the date.
        """
        nowhere = f"({self._names['birth_date']} = null AND {BIRTHDATE} = null)"
        shapes = [shape for name in self._family for shape in anchored(name, _LAST_NAME_LENGTH)]
        called = _any(self._like_family(f"{shape.removesuffix('%')}%" for shape in shapes))
        interchanged = (
            _any(self._like("last_name", _shapes(self._given[:1], _LAST_NAME_LENGTH))),
            _any(self._like("first_given_name", _shapes(self._family[:1], _FIRST_NAME_LENGTH))),
        )
        either = _any((f"({called} AND {_any(self.first)})", f"({' AND '.join(interchanged)})"))
        among = [_any((nowhere, self.certified))] if known else []
        return self._where(*among, either)

    def _dated(self, operator: str, days: date | list[date]) -> str:
        texts = [day.isoformat() for day in days] if isinstance(days, list) else days.isoformat()
        return _any(
            (
                format_soql(f"{BIRTHDATE} {operator} {{}}", days),
                format_soql(f"{self._names['birth_date']} {operator} {{}}", texts),
            )
        )

    def _like_family(self, shapes: Iterable[str]) -> list[str]:
        shapes = list(shapes)
        return [*self._like("last_name", shapes), *self._like("birth_name", shapes)]

    def _like(self, value: str, shapes: Iterable[str]) -> list[str]:
        return [format_soql(f"{self._names[value]} LIKE {{}}", shape) for shape in dict.fromkeys(shapes)]

    def _where(self, *conditions: str) -> str:
        return _select(self._names, " AND ".join(conditions))


def _is_askable(name: str) -> bool:
    """Whether a name holds anything to ask for, however short it is cut; signs alone ask for nobody."""
    return any(map(str.isalnum, comparison_key(name)[: _FIRST_NAME_LENGTH - 1]))


def _shapes(names: Iterable[str], longest: int) -> list[str]:
    return [shape for name in names for shape in patterns(name, longest)]


def _words(names: Sequence[str]) -> list[str]:
    """The words a name may be filed under, when a double name is written in half or the other way round."""
    return [word for name in names for word in comparison_key(name).split()[:_MOST_WORDS]]


def _any(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(conditions)})"


def _day(birth_date: BirthDate) -> date | None:
    try:
        return date.fromisoformat(birth_date.text)
    except ValueError:
        return None


def _is_new_year(day: date) -> bool:
    return (day.month, day.day) == (1, 1)


def _last_day(born: BirthDate, first: date) -> date:
    if born.precision is Precision.YEAR:
        return date(first.year, 12, 31)
    return (first + timedelta(31)).replace(day=1) - timedelta(1)


def _select(
    names: Mapping[str, str], condition: str, most: int = MOST_CANDIDATES, beside: Sequence[str] = ()
) -> str:
    columns = ", ".join(["Id", BIRTHDATE, *(names[value] for value in READ_VALUES), *beside])
    return f"SELECT {columns} FROM Contact WHERE {condition} ORDER BY CreatedDate, Id LIMIT {most}"  # noqa: S608 - field names come from the mapping, values through format_soql
