"""Values of a query: unescaped, checked against the field they are compared with, dates made ranges."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.records.coercion import format_datetime
from sandbox.salesforce.schema.model import ID_TYPES, NUMBER_TYPES, Field
from sandbox.salesforce.soql.ast import Literal
from sandbox.salesforce.soql.parser import malformed
from sandbox.salesforce.storage import SqlValue
from sandbox.salesforce.tables import fold

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# The running user's zone: "today" is a day in the town, not in UTC.
_ZONE = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Span:
    """A date literal such as LAST_N_DAYS:7: from the first day to the day after the last."""

    start: date
    end: date

    def bounds(self, field: Field) -> tuple[str, str]:
        """Both ends in the stored form of a date or datetime field."""
        if field.type == "date":
            return self.start.isoformat(), self.end.isoformat()
        first, last = (datetime.combine(day, time(), _ZONE) for day in (self.start, self.end))
        return format_datetime(first), format_datetime(last)


def bound_value(field: Field, literal: Literal) -> SqlValue:
    """The stored form of a literal compared with that field; null and the empty string are None.

    Raises: SalesforceError `INVALID_FIELD` for the wrong kind, `INVALID_QUERY_FILTER_OPERATOR` for no id.
    """
    return None if literal.kind == "null" else _BINDERS.get(field.type, _text)(field, literal)


def span_of(literal: Literal, now: datetime) -> Span:
    """The days a date literal means, seen from that moment."""
    word, _, count = literal.text.lower().partition(":")
    today = now.astimezone(_ZONE).date()
    days = int(count) if count else 90
    if word in {"last_n_days", "last_90_days"}:
        return Span(today - timedelta(days), today + timedelta(1))
    if word in {"next_n_days", "next_90_days"}:
        return Span(today + timedelta(1), today + timedelta(days + 1))
    if word == "n_days_ago":
        return Span(today - timedelta(days), today - timedelta(days - 1))
    shift = {"yesterday": -1, "today": 0, "tomorrow": 1}.get(word)
    if shift is not None:
        return Span(today + timedelta(shift), today + timedelta(shift + 1))
    which, _, unit = word.partition("_")
    return _calendar_span(unit, {"last": -1, "this": 0, "next": 1}[which], today)


def like_pattern(text: str) -> tuple[str, str]:
    """A LIKE pattern for SQL with backslash as its escape, and the plain text it must start with."""
    pattern, plain, open_prefix = "", "", True
    for part in re.findall(r"\\.|[^\\]", text, re.DOTALL):
        if part in {"%", "_"}:
            pattern, open_prefix = pattern + part, False
            continue
        char = part[1] if part in {"\\%", "\\_"} else unescape(part)
        pattern += f"\\{char}" if char in {"%", "_", "\\"} else char
        plain += char if open_prefix else ""
    return pattern, plain


def unescape(text: str) -> str:
    """The text a quoted literal stands for.

    Raises: SalesforceError `MALFORMED_QUERY` for an escape SOQL has not.
    """
    return _ESCAPE.sub(_unescape_one, text)


def _unescape_one(found: re.Match[str]) -> str:
    char = found[1]
    if char in {"%", "_"}:
        return char
    if char.lower() not in _ESCAPES:
        raise malformed(f"Illegal escape sequence in string literal: \\{char}")
    return _ESCAPES[char.lower()]


def _text(field: Field, literal: Literal) -> SqlValue:
    _expect_quoted(field, literal)
    text = unescape(literal.text)
    return (fold(text) if field.folds else text) or None


def _boolean(field: Field, literal: Literal) -> SqlValue:
    _expect(field, literal, "boolean", "boolean")
    return int(literal.text.lower() == "true")


def _number(field: Field, literal: Literal) -> SqlValue:
    _expect(field, literal, field.type, "number")
    whole = "." not in literal.text and len(literal.text) < 19
    return int(literal.text) if whole else float(literal.text)


def _date(field: Field, literal: Literal) -> SqlValue:
    _expect(field, literal, "date", "date")
    try:
        return date.fromisoformat(literal.text).isoformat()
    except ValueError:
        raise malformed(f"Invalid date: {literal.text}") from None


def _datetime(field: Field, literal: Literal) -> SqlValue:
    _expect(field, literal, "dateTime", "datetime")
    try:
        return format_datetime(datetime.fromisoformat(literal.text.upper()))
    except (ValueError, OverflowError):
        raise malformed(f"Invalid datetime: {literal.text}") from None


def _id(field: Field, literal: Literal) -> SqlValue:
    _expect_quoted(field, literal)
    text = unescape(literal.text)
    if not text and field.type == "reference":
        return None
    record_id = canonical_id(text)
    if record_id is None:
        raise SalesforceError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {text}")
    return record_id


def _expect(field: Field, literal: Literal, named: str, kind: str) -> None:
    if literal.kind != kind:
        raise SalesforceError(
            "INVALID_FIELD",
            f"value of filter criterion for field '{field.name}' must be of type {named}"
            " and should not be enclosed in quotes",
        )


def _expect_quoted(field: Field, literal: Literal) -> None:
    if literal.kind != "string":
        raise SalesforceError(
            "INVALID_FIELD",
            f"value of filter criterion for field '{field.name}' must be of type string"
            " and should be enclosed in quotes",
        )


def _calendar_span(unit: str, shift: int, today: date) -> Span:
    if unit == "week":
        monday = today - timedelta(today.weekday()) + timedelta(weeks=shift)
        return Span(monday, monday + timedelta(7))
    if unit == "year":
        return Span(date(today.year + shift, 1, 1), date(today.year + shift + 1, 1, 1))
    month = today.year * 12 + today.month - 1 + shift
    return Span(date(month // 12, month % 12 + 1, 1), date((month + 1) // 12, (month + 1) % 12 + 1, 1))


_BINDERS: dict[str, Callable[[Field, Literal], SqlValue]] = {
    **dict.fromkeys(ID_TYPES, _id),
    **dict.fromkeys(NUMBER_TYPES, _number),
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
