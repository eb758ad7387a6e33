"""Reads what a town publishes of its procedures: reviewed by a person, with the law it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mappings.errors import MappingError, Problem
from mappings.loader import Location, opened, packaged, yaml_files
from mappings.section import Report, Section
from mappings.source_reading import wording

Effect = Literal["accepted", "rejected"]
EFFECTS: tuple[Effect, ...] = ("accepted", "rejected")
STARTS = ("deposit", "complete")
DATES = ("source", "computed")
REVIEW_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A time the law gives, in months or in days, never both."""

    months: int = 0
    days: int = 0


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """What it means when nobody answers. `starts` is the event the period runs from.

    Unless `is_computed`, a date is shown only when the service's own software gives it.
    """

    effect: Effect
    reference: str
    starts: str
    period: Period | None
    is_computed: bool
    suspension: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProcedureSheet:
    """One procedure of the town. `title`, `service`, each document and `usual_delay` are by language.

    The usual delay is told and promised to nobody. A review is good for `review_months`.
    """

    code: str
    title: Mapping[str, str]
    service: Mapping[str, str]
    documents: tuple[Mapping[str, str], ...]
    usual_delay: Mapping[str, str]
    silence: SilenceRule | None
    reviewed_by: str
    reviewed_on: date
    review_months: int
    file: str

    def review_is_stale(self, today: date) -> bool:
        """Whether somebody should read the law again."""
        return today > later(self.reviewed_on, months=self.review_months)


def later(day: date, *, months: int = 0, days: int = 0) -> date:
    """Give the day so many months later, of the same number or the last of its month; or days later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(year, month + 1, min(day.day, last)) + date.resolution * days


def load_procedure(path: Location) -> ProcedureSheet:
    """Give the sheet of one file. Raises: MappingError with every problem of it."""
    report = Report(path.name)
    sheet = _sheet(opened(path, report), path.name)
    if sheet.code and path.name != f"{sheet.code}.yaml":
        report.add("code", f"{sheet.code!r} must be the name of the file", [path.name.removesuffix(".yaml")])
    report.settle()
    return sheet


def load_procedures(*directories: Location) -> dict[str, ProcedureSheet]:
    """Give the packaged sheets by code, and those of these directories in their place.

    Raises: MappingError with every problem of every file.
    """
    found: dict[str, ProcedureSheet] = {}
    problems: list[Problem] = []
    for directory in (packaged("procedures"), *directories):
        for path in yaml_files(directory, problems):
            try:
                sheet = load_procedure(path)
            except MappingError as error:
                problems.extend(error.problems)
            else:
                found[sheet.code] = sheet
    if problems:
        raise MappingError(problems)
    return found


def _sheet(top: Section, file: str) -> ProcedureSheet:
    sheet = ProcedureSheet(
        code=top.text("code"),
        title=wording(top, "title"),
        service=wording(top, "service"),
        documents=_documents(top),
        usual_delay=wording(top, "usual_delay") if top.has("usual_delay") else {},
        silence=_silence(top.section("silence")) if top.has("silence") else None,
        reviewed_by=top.text("reviewed_by"),
        reviewed_on=_day(top, "reviewed_on"),
        review_months=int(top.number("review_months", 1, 60)) if top.has("review_months") else REVIEW_MONTHS,
        file=file,
    )
    top.close()
    return sheet


def _documents(top: Section) -> tuple[Mapping[str, str], ...]:
    items = top.raw("documents") if top.has("documents") else []
    if not isinstance(items, list):
        top.add("documents", "must be a list")
        return ()
    holder = {f"documents[{number}]": item for number, item in enumerate(items)}
    section = Section(top.report, "", holder)
    return tuple(wording(section, name) for name in holder)


def _silence(section: Section) -> SilenceRule:
    effect = section.text("effect", allowed=EFFECTS)
    rule = SilenceRule(
        effect=next((known for known in EFFECTS if known == effect), "rejected"),
        reference=section.text("reference"),
        starts=section.text("starts", allowed=STARTS),
        period=_period(section.section("period")) if section.has("period") else None,
        is_computed=section.text("date", allowed=DATES) == "computed",
        suspension=wording(section, "suspension") if section.has("suspension") else {},
    )
    if rule.is_computed and rule.period is None:
        section.add("period", "is missing: a computed date needs one")
    if rule.is_computed and rule.starts == "complete":
        problem = "'computed' needs `starts: deposit`: no source says when a file became complete"
        section.add("date", problem, ["source"])
    section.close()
    return rule


def _period(section: Section) -> Period:
    written = [name for name in ("months", "days") if section.has(name)]
    if len(written) != 1:
        section.report.add(section.key, "needs one of these keys", ["months", "days"])
        return Period()
    count = int(section.number(written[0], 1, 366))
    section.close()
    return Period(months=count) if written[0] == "months" else Period(days=count)


def _day(top: Section, name: str) -> date:
    text = top.text(name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        if text:
            top.add(name, f"must be a date, YYYY-MM-DD, not {text!r}")
        return date.min
