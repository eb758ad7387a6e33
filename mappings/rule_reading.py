"""Reads the rules of a mapping file: where one value comes from and what is done to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mappings.dates import FORMATS, PARTIAL_FORMATS
from mappings.normalizers import SEPARATORS, TRANSFORMS
from mappings.rules import PRECISIONS, DayOrMinute, Rule
from mappings.section import Section, kind


@dataclass(frozen=True, slots=True)
class RuleReader:
    """Reads rules; one that reads an `internal` column, or none of the `columns` declared, is refused."""

    internal: frozenset[str]
    columns: tuple[str, ...] = ()

    def text(self, parent: Section, name: str, *, required: bool = False) -> Rule | None:
        """Give the rule of one text, from a column name, a path, or a section."""
        return self._rule(parent, name, "text", required=required)

    def needed(self, parent: Section, name: str) -> Rule:
        """Give the rule of a text the record must have."""
        if not parent.has(name):
            parent.add(name, "is missing")
        return self._rule(parent, name, "text", required=True) or Rule(parent.path(name))

    def word(self, parent: Section, name: str, allowed: Collection[str]) -> Rule | None:
        """Give the rule of a text that can only be one of these words."""
        rule = self.text(parent, name)
        if rule and rule.table is None and rule.constant is None:
            parent.add(name, "needs a `table`, or a `value`, that gives only the words allowed", allowed)
        if rule:
            self.within(parent, rule, allowed)
        return rule

    def within(self, section: Section, rule: Rule, allowed: Collection[str]) -> None:
        """Note each text the file itself writes for a rule that is none of these words."""
        written = {f"table.{word}": said for word, said in (rule.table or {}).items()}
        fixed = {"value": rule.constant, "if_empty": rule.if_empty, "otherwise": rule.otherwise}
        for name, said in {**written, **fixed}.items():
            if said is not None and said not in allowed:
                section.report.add(f"{rule.key}.{name}", f"{said!r} is not allowed", allowed)

    def items(self, parent: Section, name: str) -> Rule | None:
        """Give the rule of a list."""
        return self._rule(parent, name, "list")

    def moment(self, parent: Section, name: str) -> Rule | None:
        """Give the rule of a date or a date and time."""
        return self._rule(parent, name, "date")

    def birth(self, parent: Section, name: str) -> Rule | None:
        """Give the rule of a birth date, which may be known in part."""
        return self._rule(parent, name, "birth")

    def path(self, section: Section, name: str) -> tuple[str, ...]:
        """Give a field: one column, or the steps into nested data."""
        steps = section.texts(name)
        if "" in steps:
            section.add(name, "an empty text names no column")
        for step in steps:
            if step in self.internal:
                section.add(name, f"{step!r} is internal and may not be read")
        if self.columns and steps and steps[0] not in self.columns:
            section.add(name, f"{steps[0]!r} is not among transport.columns", self.columns)
        return steps

    def _rule(self, parent: Section, name: str, slot: str, *, required: bool = False) -> Rule | None:
        if not parent.has(name):
            return None
        value = parent.raw(name)
        if isinstance(value, (str, list)):
            if slot in {"date", "birth"}:
                parent.add(name, "must name its format: {field: …, date: …}", _formats(slot))
            return Rule(parent.path(name), path=self.path(parent, name), required=required)
        if not isinstance(value, dict):
            parent.add(name, f"must be a field or {{field: …}}, not {kind(value)}")
            return None
        return self._long(Section(parent.report, parent.path(name), value), slot, required=required)

    def _long(self, section: Section, slot: str, *, required: bool) -> Rule:
        constant = section.text_or("value") if slot == "text" else None
        if constant is None and not section.has("field"):
            section.add("field", "is missing")
        if constant is not None and section.has("field"):
            section.add("value", "cannot stand beside `field`")
        rule = Rule(
            key=section.key,
            path=() if constant is not None else self.path(section, "field"),
            constant=constant,
            transforms=section.texts("transform", allowed=list(TRANSFORMS)),
            empty_if=frozenset(section.texts("empty_if")),
            if_empty=section.text_or("if_empty") if slot == "text" else None,
            required=section.flag("required") if section.has("required") else required,
            table=section.table("table") if slot == "text" and section.has("table") else None,
            lenient=slot == "text" and section.has("otherwise"),
            otherwise=section.text_or("otherwise") if slot == "text" else None,
            split=section.texts("split", allowed=list(SEPARATORS)) if slot == "list" else (),
            date=section.text("date", allowed=_formats(slot)) if slot in {"date", "birth"} else None,
            precision=_precision(section) if slot == "date" else None,
        )
        if rule.lenient and rule.table is None:
            section.add("otherwise", "needs a `table`")
        section.close()
        return rule


def _formats(slot: str) -> list[str]:
    return [name for name in FORMATS if slot == "birth" or name not in PARTIAL_FORMATS]


def _precision(section: Section) -> DayOrMinute | None:
    written = section.text_or("precision", allowed=PRECISIONS)
    return next((precision for precision in PRECISIONS if precision == written), None)
