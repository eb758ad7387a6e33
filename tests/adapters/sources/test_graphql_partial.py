"""A file the platform cannot show: tried again run after run, then passed so that the others are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask, Response, jsonify, request

from bridge.domain.synchronisation import Delivery
from bridge.errors import TransientError
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.wire import read_all, reader_of, records_of, serving_app

FILES = 11
Run = tuple[list[object], str | None, str | None]


@dataclass(slots=True)
class Platform:
    """Eleven files in one list, those in `hidden` being null; a cursor is how many were shown."""

    hidden: set[int]
    asked: list[int] = field(default_factory=list)

    def answer(self) -> Response:
        """Give one page."""
        body = request.get_json()
        first, after = body["variables"]["first"], int(body["variables"]["after"] or 0)
        numbers = range(after + 1, FILES + 1)[:first] if body["operationName"] == "dossiers" else range(0)
        self.asked.append(first)
        nodes = [None if number in self.hidden else {"number": number, "state": "x"} for number in numbers]
        end = str(numbers[-1]) if numbers else None
        info = {"hasNextPage": bool(numbers) and numbers[-1] < FILES, "endCursor": end}
        return jsonify(data={"demarche": {"page": {"pageInfo": info, "nodes": nodes}}})


@contextmanager
def reading(platform: Platform) -> Iterator[SourceReader]:
    """Give a reader of the platform, by pages of four."""
    app = Flask(__name__)
    app.post("/graphql")(platform.answer)
    with serving_app(app) as url:
        given = {"kind": "graphql", "url": f"{url}/graphql", "token": "t", "procedure": 1, "page_size": 4}
        yield reader_of(given)


def run(reader: SourceReader, cursor: str | None) -> Run:
    """Give the numbers a run reads, its last cursor, and the code of its failure."""
    found: list[Delivery] = []
    code = None
    try:
        found.extend(reader.read(cursor))
    except TransientError as error:
        code = error.code
    numbers = [record.values.get("number") for record in records_of(found)]
    return numbers, found[-1].cursor if found else cursor, code


def failed_runs(reader: SourceReader, count: int) -> str | None:
    """Give the cursor after so many runs that stopped behind the first page."""
    numbers, cursor, code = run(reader, None)
    assert (numbers, code) == ([1, 2, 3, 4], "source.partial")
    for _ in range(count - 1):
        numbers, cursor, code = run(reader, cursor)
        assert (numbers, code) == ([], "source.partial")
    return cursor


def test_a_file_that_is_never_shown_is_passed_at_the_eighth_run() -> None:
    """It comes alone and without a number, to be parked, and the others are read, each once."""
    platform = Platform({7})
    with reading(platform) as reader:
        cursor = failed_runs(reader, 7)
        assert min(platform.asked) == 4
        numbers, cursor, code = run(reader, cursor)
        assert (numbers, code) == ([5, 6, None, 8, 9, 10, 11], None)
        assert json.loads(cursor or "") == {"dossiers": "11"}
        assert read_all(reader, cursor) == ([], cursor)


def test_a_file_shown_again_in_time_is_read() -> None:
    """A bad hour of the platform costs no file."""
    platform = Platform({7})
    with reading(platform) as reader:
        cursor = failed_runs(reader, 6)
        platform.hidden.clear()
        numbers, cursor, code = run(reader, cursor)

    assert (numbers, code) == ([5, 6, 7, 8, 9, 10, 11], None)
    assert json.loads(cursor or "") == {"dossiers": "11"}


def test_another_file_that_is_not_shown_has_its_own_eight_runs() -> None:
    """Patience is for one place: what stops further on is not passed with it."""
    with reading(Platform({7, 10})) as reader:
        cursor = failed_runs(reader, 7)
        numbers, cursor, code = run(reader, cursor)

    assert (numbers, code) == ([5, 6, None], "source.partial")
    assert json.loads(cursor or "") == {"dossiers": "7", "partial": ["dossiers", 1]}


@pytest.mark.parametrize("partial", [None, 8, ["dossiers"], ["dossiers", "8"], ["other", 8], {}])
def test_a_count_that_is_none_counts_from_one(partial: object) -> None:
    """A cursor of another hand makes no file pass."""
    with reading(Platform({1})) as reader:
        numbers, cursor, code = run(reader, json.dumps({"partial": partial}))

    assert (numbers, code) == ([], "source.partial")
    assert json.loads(cursor or "") == {"partial": ["dossiers", 1]}
