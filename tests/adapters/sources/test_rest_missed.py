"""Records of a REST service that cannot be read: nothing is passed over, and the others are read."""

from __future__ import annotations

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.domain.synchronisation import Delivery
from bridge.errors import RemoteError
from tests.adapters.sources.test_rest_calls import options
from tests.adapters.sources.wire import read_all, reader_of, records_of, serving_app


def test_a_record_that_is_never_shown_is_passed_at_the_eighth_run() -> None:
    """It is given as the log holds it, to be parked; before that nothing behind it is passed over."""
    app = Flask(__name__)
    rows = [{"id": number, "ref": f"r{number}"} for number in (1, 2, 3)]
    app.get("/items")(lambda: jsonify(items=rows[int(request.args.get("after", "0")) :]))
    one = app.get("/items/<number>", endpoint="one")
    one(lambda number: jsonify(id=number) if number != "2" else Response(status=500))
    paging = {"kind": "cursor", "param": "after", "record_value": "id"}
    given = {
        "list": {"path": "items", "records": "items", "paging": paging},
        "each": {"path": "items/{id}"},
    }
    with serving_app(app) as url:
        cursor, codes = None, []
        for _ in range(7):
            taken, cursor, code = stopped(options(url, **given), cursor)
            codes.append((code, [r.values["id"] for r in records_of(taken)]))
        assert codes == [("remote.500", ["1"])] + [("remote.500", [])] * 6
        found, cursor = read_all(reader_of(options(url, **given)), cursor)
    assert [dict(r.values) for r in records_of(found)] == [{"id": 2, "ref": "r2"}, {"id": "3"}]
    assert cursor == '{"at":{"after":3}}'


def test_a_record_missed_is_read_again_before_the_dates_move_on() -> None:
    """The run ends behind it, the cursor stays in front of it, and no later date passes it over."""
    app = Flask(__name__)
    ill: set[str] = {"2"}
    asked: list[str] = []

    @app.get("/items")
    def items() -> AnyResponse:
        asked.append(request.args["since"])
        start = int(request.args["offset"])
        rows = [{"id": str(n), "at": f"2025-02-0{n}"} for n in range(1, 7)]
        return jsonify(items=rows[start : start + 2])

    one = app.get("/items/<number>", endpoint="one")
    one(lambda number: Response(status=500) if number in ill else jsonify(id=number))
    paging = {"kind": "offset", "size": 2, "overlap": 1}
    given: dict[str, object] = {
        "list": {"path": "items", "query": {"since": "{since}"}, "records": "items", "paging": paging},
        "each": {"path": "items/{id}"},
        "since": {"field": "at", "form": "date", "overlap_minutes": 1, "first": "2025-01-01"},
    }
    with serving_app(app) as url:
        taken, cursor, code = stopped(options(url, **given), None)
        assert (code, ids(taken)) == ("remote.500", {"1", "3", "4", "5", "6"})
        ill.clear()
        rest, cursor = read_all(reader_of(options(url, **given)), cursor)
        assert "2" in ids(rest)
        assert set(asked) == {"2025-01-01"}
        read_all(reader_of(options(url, **given)), cursor)
    assert asked[-1] == "2025-02-05"


def test_what_was_read_before_a_throttling_is_given() -> None:
    """429 in the middle of a page ends the run, not what came before it."""
    app = Flask(__name__)
    app.get("/items")(lambda: jsonify(items=[{"id": str(n)} for n in range(1, 5)]))
    one = app.get("/items/<number>", endpoint="one")
    one(
        lambda number: (
            jsonify(id=number) if number < "3" else Response(status=429, headers={"Retry-After": "99"})
        )
    )
    with serving_app(app) as url:
        taken, _, code = stopped(options(url, each={"path": "items/{id}"}), None)
    assert (code, ids(taken)) == ("remote.429", {"1", "2"})


def ids(deliveries: list[Delivery]) -> set[object]:
    """Give the numbers of the records."""
    return {record.values["id"] for record in records_of(deliveries)}


def stopped(given: dict[str, object], cursor: str | None) -> tuple[list[Delivery], str | None, str]:
    """Give what came before a reading failed, its cursor, and the code of the failure."""
    found: list[Delivery] = []
    with pytest.raises(RemoteError) as caught:
        found.extend(reader_of(given).read(cursor))
    return found, found[-1].cursor if found else cursor, caught.value.code
