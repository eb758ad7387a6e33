"""Reads `list.paging`: the kind first, then the options of that kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bridge.adapters.sources.cursors import MOST_RECORDS
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.paging import AsQueue, ByCursor, ByLink, OnePage, Paging
from bridge.adapters.sources.rest.paths import PATH, PATH_MEANING
from bridge.adapters.sources.rest.ranked import ByNumber, ByOffset

_SIZE = ("size_param", "size")
_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "offset": ("param", *_SIZE, "overlap"),
    "page": ("param", *_SIZE, "first", "pages"),
    "cursor": ("param", *_SIZE, "record_value", "answer_value", "start"),
    "next": ("link",),
    "queue": ("number", *_SIZE),
}
KINDS = tuple(_OPTIONS)
_COMMON = ("kind", "in")


def paging(options: Options | None) -> tuple[Paging, bool]:
    """Give how the list is walked, and whether the page is asked for in the body.

    Raises: ConfigurationError.
    """
    if options is None:
        return OnePage(), False
    kind = options.one_of("kind", KINDS)
    read = Options(options.source, options.given, (*_COMMON, *_OPTIONS[kind]), options.above)
    in_body = "in" in read.given and read.one_of("in", ("query", "body")) == "body"
    return _READ[kind](read), in_body


def _one_page(_options: Options) -> Paging:
    return OnePage()


def _by_offset(options: Options) -> Paging:
    size = options.number("size", 100, at_most=MOST_RECORDS)
    overlap = 0
    if options.given.get("overlap") != 0:
        overlap = options.number("overlap", max(1, size // 10), at_most=MOST_RECORDS)
    if overlap >= size:
        raise options.refusal("overlap", "must be smaller than size")
    return ByOffset(options.text("param", "offset"), options.text("size_param", "limit"), size, overlap)


def _by_number(options: Options) -> Paging:
    first = 0 if options.given.get("first") == 0 else options.number("first", 1, at_most=1)
    total = options.matching("pages", PATH, PATH_MEANING) if options.given.get("pages") else None
    return ByNumber(options.text("param", "page"), first, total, _size(options))


def _by_cursor(options: Options) -> Paging:
    of_record, of_answer = _path(options, "record_value"), _path(options, "answer_value")
    if (of_record is None) == (of_answer is None):
        raise options.refusal("record_value", "or answer_value must be given, and not both")
    return ByCursor(options.text("param"), of_record, of_answer, options.given.get("start"), _size(options))


def _by_link(options: Options) -> Paging:
    return ByLink(_path(options, "link"))


def _as_queue(options: Options) -> Paging:
    return AsQueue(options.matching("number", PATH, PATH_MEANING), _size(options))


def _path(options: Options, key: str) -> str | None:
    return None if options.given.get(key) is None else options.matching(key, PATH, PATH_MEANING)


def _size(options: Options) -> dict[str, object]:
    if options.given.get("size_param") is None:
        return {}
    return {options.text("size_param"): options.number("size", 100, at_most=MOST_RECORDS)}


_READ: Mapping[str, Callable[[Options], Paging]] = {
    "none": _one_page,
    "offset": _by_offset,
    "page": _by_number,
    "cursor": _by_cursor,
    "next": _by_link,
    "queue": _as_queue,
}
