"""Reads what is asked of a service, with the words of its protocol for a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.calls import Call
from bridge.adapters.sources.rest.paging_options import KINDS, paging
from bridge.adapters.sources.rest.paths import PATH, PATH_MEANING, places
from bridge.adapters.sources.rest.plan import (
    AcknowledgePlan,
    EachPlan,
    ListPlan,
    NumbersPlan,
    Plan,
    SincePlan,
)

PLAN_OPTIONS = ("list", "each", "numbers", "since", "fields", "columns", "acknowledge")
FORMS = ("date", "datetime", "w3c", "epoch")
_PAGING = ("kind", "in", "param", "size_param", "size", "overlap", "first", "pages", "record_value")
_MORE_PAGING = ("answer_value", "start", "link", "number")
_WEEK_MINUTES = 7 * 24 * 60
ReadCall = Callable[[Options], Call]


def read_plan(
    options: Options, call_options: tuple[str, ...], read_call: ReadCall, zone: ZoneInfo
) -> tuple[Plan, bool]:
    """Give the plan, and whether pages are asked for in the body. Raises: ConfigurationError."""
    listing, in_body = _list(
        options.section("list", (*call_options, "records", "record", "paging")), read_call
    )
    each = _each(options.section("each", (*call_options, "record", "number", "missing")), read_call)
    plan = Plan(
        listing=listing,
        each=each,
        numbers=_numbers(options.section("numbers", ("open_cases", "file", "batch", "final_days"))),
        since=_since(options.section("since", ("field", "form", "overlap_minutes", "first")), zone),
        acknowledge=tuple(
            AcknowledgePlan(read_call(one), _path(one, "when"))
            for one in options.sections("acknowledge", (*call_options, "when"))
        ),
        fields=_fields(options),
        columns=options.texts("columns"),
    )
    _agree(options, plan)
    return plan, in_body


def _list(options: Options | None, read_call: ReadCall) -> tuple[ListPlan | None, bool]:
    if options is None:
        return None, False
    walked, in_body = paging(options.section("paging", (*_PAGING, *_MORE_PAGING)))
    records, record = _path(options, "records") or "", _path(options, "record") or ""
    return ListPlan(read_call(options), records, record, walked), in_body


def _each(options: Options | None, read_call: ReadCall) -> EachPlan | None:
    if options is None:
        return None
    missing = options.table("missing") or None
    return EachPlan(read_call(options), _path(options, "record") or "", _path(options, "number"), missing)


def _numbers(options: Options | None) -> NumbersPlan | None:
    if options is None:
        return None
    file = options.optional_text("file")
    return NumbersPlan(
        open_cases=options.switch("open_cases", default=True),
        file=Path(file) if file else None,
        batch=options.number("batch", 50, at_most=1_000),
        final_days=options.number("final_days", 7, at_most=3_650),
    )


def _since(options: Options | None, zone: ZoneInfo) -> SincePlan | None:
    if options is None:
        return None
    options.needed("first")
    first = options.day("first")
    assert first is not None
    return SincePlan(
        field=options.matching("field", PATH, PATH_MEANING),
        form=options.one_of("form", FORMS),
        overlap=timedelta(minutes=options.number("overlap_minutes", 60, at_most=_WEEK_MINUTES)),
        first=first,
        zone=zone,
    )


def _fields(options: Options) -> dict[str, str]:
    table = options.table("fields")
    for name, path in table.items():
        if not isinstance(path, str) or not PATH.fullmatch(path):
            raise options.refusal(f"fields.{name}", f"must be {PATH_MEANING}")
    return {name: str(path) for name, path in table.items()}


def _path(options: Options, key: str) -> str | None:
    return options.matching(key, PATH, PATH_MEANING) if options.given.get(key) else None


def _agree(options: Options, plan: Plan) -> None:
    """Refuse parts that cannot work together."""
    if plan.listing is None and plan.numbers is None:
        raise options.refusal("list", "or numbers must be given")
    if plan.numbers and (plan.each is None or plan.each.number is None):
        raise options.refusal("numbers", "needs each.number, the place of the number in each call")
    if plan.numbers and not plan.listing and not plan.numbers.file:
        raise options.refusal("numbers.file", "or list must be given, or no new number would ever be read")
    if plan.since and plan.listing and plan.listing.paging.keeps_place:
        raise options.refusal("since", "has no use with paging.kind cursor, whose place is kept")
    asked = set().union(*map(places, plan.listing.call.parts)) if plan.listing else set()
    if plan.since and "since" not in asked:
        raise options.refusal("since", "is used nowhere: write {since} in list")
    if asked - ({"since"} if plan.since else set()):
        raise options.refusal("list", "may have {since} alone to fill in, with an option since")


__all__ = ["FORMS", "KINDS", "PLAN_OPTIONS", "read_plan"]
