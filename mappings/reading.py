"""Reads one record by the rules of a mapping, value by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from mappings.dates import Reading, read_date
from mappings.errors import RecordError
from mappings.model import MappedMoment, SourceMapping
from mappings.normalizers import TRANSFORMS, split, text_of
from mappings.rules import Rule, Test

SHOWN_LENGTH = 80


@dataclass(frozen=True, slots=True)
class RecordReader:
    """One record under its mapping; `today` bounds the dates that make sense."""

    mapping: SourceMapping
    values: Mapping[str, object]
    position: str
    today: date
    source_case_id: str | None = None

    def text(self, rule: Rule | None) -> str | None:
        """Give a text, None when the record has none. Raises: RecordError."""
        if rule is None or rule.constant is not None:
            return rule.constant if rule else None
        found = self._written(rule)
        if found is None and rule.required and rule.if_empty is None:
            raise self.refusal(rule, "record.required", "the record has no value here")
        if found is None:
            return rule.if_empty
        return self._translated(rule, found) if rule.table is not None else found

    def items(self, rule: Rule | None) -> tuple[str, ...]:
        """Give a list, from a list or from one text split as the rule says. Raises: RecordError."""
        if rule is None:
            return ()
        raw = self._raw(rule)
        if isinstance(raw, list):
            parts = (self._cleaned(rule, item) for item in raw)
            return tuple(part for part in parts if part)
        text = self.text(rule)
        return split(text, rule.split) if text else ()

    def moment(self, rule: Rule | None) -> MappedMoment | None:
        """Give an instant with its precision. Raises: RecordError."""
        reading = self.reading(rule)
        if rule is None or reading is None:
            return None
        zone = ZoneInfo(self.mapping.timezone)
        if rule.precision == "day" or reading.known != "minute":
            local = reading.at.astimezone(zone) if reading.at.tzinfo else reading.at
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
            return MappedMoment(Reading(midnight, "day").in_utc(zone), "day")
        return MappedMoment(reading.in_utc(zone), "minute")

    def day(self, rule: Rule | None) -> date | None:
        """Give a calendar day where the source lives. Raises: RecordError."""
        reading = self.reading(rule)
        return reading.day(ZoneInfo(self.mapping.timezone)) if reading else None

    def reading(self, rule: Rule | None) -> Reading | None:
        """Give a date as written. Raises: RecordError."""
        text = self.text(rule)
        if rule is None or text is None:
            return None
        try:
            return read_date(text, rule.date or "iso_date", self.today)
        except ValueError:
            # The cause holds the date itself, and tracebacks are logged.
            raise self.refusal(rule, "record.date", f"{self._shown(rule, text)} is no {rule.date}") from None

    def holds(self, test: Test) -> bool:
        """Whether a literal test is true of this record."""
        found = (self._written(test.value) or "").casefold()
        if test.kind == "equals":
            return any(found == literal.casefold() for literal in test.literals)
        return any(literal.casefold() in found for literal in test.literals)

    def refusal(self, rule: Rule, code: str, problem: str, allowed: Sequence[str] = ()) -> RecordError:
        """Give the error that names this record and the rule."""
        return RecordError(
            file=self.mapping.file,
            position=self.position,
            source_case_id=self.source_case_id,
            key=rule.key,
            code=code,
            problem=problem,
            allowed=allowed,
        )

    def _raw(self, rule: Rule) -> object:
        found: object = self.values
        for step in rule.path:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found

    def _written(self, rule: Rule) -> str | None:
        return self._cleaned(rule, self._raw(rule))

    def _cleaned(self, rule: Rule, raw: object) -> str | None:
        try:
            text = text_of(raw)
        except TypeError as error:
            raise self.refusal(rule, "record.type", f"a {error} stands where a text is read") from error
        return cleaned(rule, text)

    def _translated(self, rule: Rule, text: str) -> str | None:
        table = rule.table or {}
        if text in table:
            return table[text]
        if rule.lenient:
            return rule.otherwise
        raise self.refusal(
            rule, "record.table", f"{self._shown(rule, text)} is not in the table", tuple(table)
        )

    def _shown(self, rule: Rule, text: str) -> str:
        return "the value" if rule.is_personal else repr(text[:SHOWN_LENGTH])


def cleaned(rule: Rule, text: str | None) -> str | None:
    """Give a text as the rule has it written, None when that leaves nothing."""
    if text is None or text in rule.empty_if:
        return None
    for name in rule.transforms:
        text = TRANSFORMS[name](text)
    return None if text in rule.empty_if else text or None
