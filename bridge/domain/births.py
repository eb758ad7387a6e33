"""Compares dates, places and countries of birth, and gender."""

from __future__ import annotations

from datetime import date

from bridge.domain.communes import Communes
from bridge.domain.evidence import FieldComparison
from bridge.domain.identity import FRANCE, BirthDate, Gender, PivotIdentity, Precision
from bridge.domain.reasons import found

_ABROAD = "99"


def birth_date(certified: BirthDate | None, known: BirthDate | None) -> FieldComparison:
    """How two dates compare, as far as the less precise one goes."""
    if certified is None or known is None:
        return found("birth_date.unknown")
    if Precision.YEAR in {certified.precision, known.precision}:
        return _as_far_as(certified, known, 4, "birth_date.year_only")
    if Precision.MONTH in {certified.precision, known.precision}:
        return _as_far_as(certified, known, 7, "birth_date.month_only")
    return found(_days(certified.text, known.text))


def _as_far_as(one: BirthDate, other: BirthDate, length: int, reason: str) -> FieldComparison:
    return found(reason if one.text[:length] == other.text[:length] else "birth_date.different")


def _days(one: str, other: str) -> str:
    """The reason for two dates known to the day. Only a slip that no father and son share is a slip."""
    if one == other:
        return "birth_date.equal"
    (year, day), (other_year, other_day) = _parts(one), _parts(other)
    if day == other_day:
        return "birth_date.slip" if year[:3] == other_year[:3] else "birth_date.other_year"
    if year != other_year:
        return "birth_date.different"
    if "0101" in {day, other_day} or (day[:2] == other_day[:2] and "01" in {day[2:], other_day[2:]}):
        return "birth_date.first_of_period"
    if day[2:] + day[:2] == other_day:
        return "birth_date.day_month_swapped"
    return "birth_date.slip" if _one_digit(day, other_day) else "birth_date.different"


def days_near(day: date) -> list[date]:
    """The other days that a slip, or a register's first of the month, makes of this one."""
    decade = day.year - day.year % 10
    months, days = range(1, 13), range(1, 32)
    texts = (
        *(f"{year}-{day:%m-%d}" for year in range(decade, decade + 10)),
        *(f"{day.year}-{month:02}-{day.day:02}" for month in months),
        *(f"{day:%Y-%m}-{other:02}" for other in days),
        f"{day:%Y-%d-%m}",
        f"{day.year}-01-01",
    )
    near = {"birth_date.slip", "birth_date.day_month_swapped", "birth_date.first_of_period"}
    alike = (text for text in dict.fromkeys(texts) if _days(day.isoformat(), text) in near)
    return [valid for valid in map(_valid, alike) if valid]


def _parts(text: str) -> tuple[str, str]:
    """The year, and month and day in four digits."""
    return text[:4], text[5:7] + text[8:10]


def _one_digit(one: str, other: str) -> bool:
    """Whether one digit differs, or the two digits of the month or of the day are interchanged."""
    if len(one) != len(other):
        return False
    apart = [i for i, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    turned = apart in ([0, 1], [2, 3]) and sorted(one) == sorted(other)
    return len(apart) == 1 or turned


def gender(certified: Gender | None, known: Gender | None) -> FieldComparison:
    """How two genders compare; only female and male contradict each other."""
    if certified is None or known is None:
        return found("gender.unknown")
    if certified == known:
        return found("gender.equal")
    unspecified = Gender.UNSPECIFIED in {certified, known}
    return found("gender.unspecified" if unspecified else "gender.different")


def birth_country(certified: PivotIdentity, known: PivotIdentity) -> FieldComparison:
    """How two countries compare; the code of the birthplace tells the country where none is written."""
    ours, theirs = _country(certified), _country(known)
    if not ours or not theirs:
        return found("birth_country.unknown")
    if ours != theirs:
        return found("birth_country.different")
    written = certified.birth_country and known.birth_country == theirs
    return found("birth_country.equal" if written else "birth_country.implied")


def birth_place(certified: PivotIdentity, known: PivotIdentity, communes: Communes) -> FieldComparison:
    """How two communes compare; abroad the country alone counts."""
    ours, theirs = _country(certified), _country(known)
    if ours == theirs and ours not in {None, FRANCE}:
        return found("birth_place.abroad")
    if FRANCE not in {ours, theirs} or not certified.birth_place or not known.birth_place:
        return found("birth_place.unknown")
    if known.birth_place.startswith(_ABROAD):
        return found("birth_place.unknown")
    return found(_communes(certified, known, communes))


def _communes(certified: PivotIdentity, known: PivotIdentity, communes: Communes) -> str:
    one, other = certified.birth_place or "", known.birth_place or ""
    if one == other:
        return "birth_place.equal"
    if communes.canonical(one) == communes.canonical(other):
        return "birth_place.same_commune"
    born = _day(certified.birth_date or known.birth_date)
    if born and communes.were_joined_after(born, one, other):
        return "birth_place.merged"
    return "birth_place.whole_city" if communes.is_city_of(one, other) else "birth_place.different"


def _country(identity: PivotIdentity) -> str | None:
    place, country = identity.birth_place or "", identity.birth_country
    if place.startswith(_ABROAD) and country in {None, "", FRANCE}:
        return place
    return country or (FRANCE if place else None)


def _day(born: BirthDate | None) -> date | None:
    return _valid(born.text) if born else None


def _valid(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
