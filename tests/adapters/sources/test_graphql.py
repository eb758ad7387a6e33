"""The files of a procedure: the documented recipe, and what the platform refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, TransientError
from tests.adapters.sources.wire import read_all, reader_of, records_of, serving_app, town_options
from tests.sandbox.town.live import LiveTown

Answer = Callable[[dict[str, Any]], AnyResponse]


def options(town: LiveTown, **others: object) -> dict[str, object]:
    """Give the options for the stand-in's procedure."""
    return town_options(town.ready, "demarches") | others


def page(nodes: list[Any], end: str | None, *, has_next: bool = False) -> Response:
    """Give an answer with one page."""
    info = {"hasNextPage": has_next, "endCursor": end}
    return jsonify(data={"demarche": {"page": {"pageInfo": info, "nodes": nodes}}})


def fails(answer: Answer, kind: type[Exception] = PermanentError) -> Any:
    """Give the error that a platform with this answer causes."""
    app = Flask(__name__)
    app.post("/graphql")(lambda: answer(request.get_json()))
    with serving_app(app) as url:
        given = {"kind": "graphql", "url": f"{url}/graphql", "token": "t", "procedure": 1}
        with pytest.raises(kind) as caught:
            read_all(reader_of(given))
    return caught.value


def test_a_file_is_shaped_for_its_mapping(town: LiveTown) -> None:
    """Fields stand under their labels; the applicant and the account stay nested."""
    values = {str(r.values["number"]): r.values for r in records_of(read_all(reader_of(options(town)))[0])}
    person = town.person("dubois")
    mine: Any = values[person["records"]["demarches"][0]]

    assert mine["champs"]["Commune de naissance"]["commune"]["code"] == person["birthplace"]
    assert mine["champs"]["Pays de naissance"]["pays"]["code"] == "FR"
    assert isinstance(mine["champs"]["Nom de l’enfant"], str)
    assert mine["demandeur"]["nom"] == person["family_name"]
    assert "@" in mine["usager"]["email"]


def test_an_awaited_correction_is_told(town: LiveTown) -> None:
    """Only a file under construction can wait for its citizen."""
    found = [r.values for r in records_of(read_all(reader_of(options(town)))[0])]
    awaited = {str(v["number"]) for v in found if v.get("correction") == "true"}

    standings = town.get("/sandbox/truth").json()["systems"]["demarches"]
    labels = {n for n, s in standings.items() if "corriger" in s["label"].lower()}
    assert awaited == labels
    assert awaited


def test_files_that_left_the_list_are_told_with_the_reason(town: LiveTown) -> None:
    """A hidden or deleted file comes as one that is gone, never as an absence."""
    found = [r.values for r in records_of(read_all(reader_of(options(town)))[0])]
    removed = {str(v["number"]) for v in found if v["state"] == "supprime"}

    assert removed == set(town.gone("demarches"))
    assert all(v["reason"] and v["dateSupression"] for v in found if v["state"] == "supprime")


def test_an_empty_page_keeps_the_cursor(town: LiveTown) -> None:
    """A page without files has no end, and the place reached is not forgotten."""
    _, cursor = read_all(reader_of(options(town)))
    town.live("2015-12-02")
    second, later = read_all(reader_of(options(town)), cursor)

    assert 0 < len(records_of(second)) < 40
    assert set(json.loads(later or "")) == {"dossiers", "pending", "deleted"}


def test_an_error_inside_a_good_answer_fails_the_page(town: LiveTown) -> None:
    """What was read before is kept, and nothing behind the error counts as absent."""
    town.post("/sandbox/faults", graphql_error_page=2)
    found: list[Delivery] = []
    waits: list[float] = []
    with pytest.raises(TransientError) as caught:
        found.extend(reader_of(options(town, page_size=50), waits=waits).read(None))
    assert caught.value.code == "source.timeout"
    assert (len(found), len(waits)) == (1, 2)

    town.post("/sandbox/faults", graphql_error_page=False)
    rest, _ = read_all(reader_of(options(town, page_size=50)), found[0].cursor)
    whole, _ = read_all(reader_of(options(town, page_size=50)))
    assert [d.key for d in found + rest] == [d.key for d in whole]


def test_a_long_throttling_goes_up_with_its_delay(town: LiveTown) -> None:
    """When the platform asks for more than a few seconds, the caller is told how long."""
    town.post("/sandbox/faults", graphql_429=100, graphql_per_minute=1)
    waits: list[float] = []
    with pytest.raises(TransientError) as caught:
        read_all(reader_of(options(town), waits=waits))

    assert caught.value.code == "remote.429"
    asked_s = caught.value.retry_after_s or 0.0
    assert 0 < asked_s <= 60
    assert asked_s > 8 or len(waits) == 2


@pytest.mark.parametrize(
    ("fault", "others", "code"),
    [
        ({"graphql_token_expired": True}, {}, "remote.401"),
        ({"graphql_forbidden_network": True}, {}, "remote.403"),
        ({}, {"token": "wrong"}, "remote.403"),
        ({}, {"procedure": 1}, "source.not_found"),
    ],
)
def test_a_refusal_is_for_a_person(
    town: LiveTown, fault: dict[str, object], others: dict[str, object], code: str
) -> None:
    """An expired token, a closed network or an unknown procedure does not pass by itself."""
    town.post("/sandbox/faults", **fault)
    waits: list[float] = []
    with pytest.raises(PermanentError) as caught:
        read_all(reader_of(options(town, **others), waits=waits))

    assert caught.value.code == code
    assert caught.value.system == "essai"
    assert waits == []
    assert str(options(town)["token"]) not in caught.value.explanation


@pytest.mark.parametrize("broken", ["%%%", "bm8gY3Vyc29y"])
def test_a_cursor_the_platform_no_longer_takes_starts_again(town: LiveTown, broken: str) -> None:
    """Reading twice costs time; a source that stops for ever costs more."""
    whole, _ = read_all(reader_of(options(town)))

    again, _ = read_all(reader_of(options(town)), json.dumps({"dossiers": broken}))

    assert [d.key for d in again] == [d.key for d in whole]


def test_a_file_that_could_not_be_shown_is_no_absence() -> None:
    """A null among the files fails the page, and is tried again."""
    error = fails(lambda _body: page([{"number": 1}, None], "a"), TransientError)

    assert error.code == "source.partial"


def test_partial_data_beside_an_error_is_not_read() -> None:
    """The data beside a root error is not looked at."""

    def answer(_body: dict[str, Any]) -> AnyResponse:
        good: Any = page([{"number": 1}], "a").get_json()
        return jsonify(**good, errors=[{"message": "x", "extensions": {"code": "unauthorized"}}])

    assert fails(answer).code == "source.unauthorized"


@pytest.mark.parametrize("end", ["same", None])
def test_pages_in_a_circle_end(end: str | None) -> None:
    """A page that leads to itself, or nowhere, is told instead of read for ever."""
    assert fails(lambda _body: page([{"number": 1}], end, has_next=True)).code == "source.paging"


def test_an_answer_of_another_shape_is_refused() -> None:
    """What is not what was asked for is not guessed at."""
    assert fails(lambda _body: jsonify(data={"demarche": None})).code == "source.shape"


@pytest.mark.parametrize("depth", [40, 100_000])
def test_a_deep_answer_is_refused(depth: int) -> None:
    """An answer nested hundreds of times cannot exhaust the reader."""
    body = "[" * depth + "]" * depth
    error = fails(lambda _body: Response(body, content_type="application/json"))

    assert error.code == "source.too_deep"


def test_an_endless_answer_is_refused() -> None:
    """An answer of many megabytes is cut before it fills the memory."""

    def endless() -> Any:
        for _ in range(400):
            yield b" " * 65_536

    assert fails(lambda _body: Response(endless())).code == "remote.too_large"


def test_a_text_where_json_is_due_passes() -> None:
    """A maintenance page is tried again."""
    assert fails(lambda _body: Response("<html>"), TransientError).code == "remote.unreadable"


def test_the_token_follows_no_redirect() -> None:
    """Another host never sees the Authorization header."""
    seen: list[str] = []
    other = Flask("other")

    @other.route("/<path:_any>", methods=["GET", "POST"])
    def note(_any: str) -> str:
        seen.append(request.headers.get("Authorization", ""))
        return "{}"

    with serving_app(other) as elsewhere:
        error = fails(lambda _body: redirect(f"{elsewhere}/x", 307))

    assert error.code == "remote.redirected"
    assert seen == []


def test_the_question_is_the_documented_one() -> None:
    """`updatedSince` is the same at each call, and pages hold at most a hundred files."""
    asked: list[dict[str, Any]] = []
    app = Flask(__name__)

    @app.post("/graphql")
    def answer() -> AnyResponse:
        body: dict[str, Any] = request.get_json()
        asked.append(body | {"token": request.headers["Authorization"]})
        first = body["operationName"] == "dossiers" and body["variables"]["after"] is None
        return page([{"number": 1, "state": "x"}] if first else [], "a" if first else None, has_next=first)

    with serving_app(app) as url:
        given = {"kind": "graphql", "url": f"{url}/graphql", "token": "t", "procedure": 7}
        _, cursor = read_all(reader_of(given))

    assert [(a["operationName"], a["variables"]["after"]) for a in asked] == [
        ("dossiers", None),
        ("dossiers", "a"),
        ("pending", None),
        ("deleted", None),
    ]
    assert {a["variables"]["updatedSince"] for a in asked[:2]} == {"1970-01-01T00:00:00Z"}
    assert {(a["variables"]["first"], a["variables"]["procedure"]) for a in asked} == {(100, 7)}
    assert {a["token"] for a in asked} == {"Bearer t"}
    assert json.loads(cursor or "") == {"dossiers": "a"}
