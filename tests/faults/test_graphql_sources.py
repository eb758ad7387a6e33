"""démarche.numerique that answers in part, forgets a cursor, or deletes what nobody had read."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.adapters.sources.declared import Desk
from tests.adapters.sources.wire import read_all, reader_of, serving_app
from tests.fakes.clock import FakeClock
from tests.faults.stopped_readings import stopped
from tests.sandbox.town.live import LiveTown
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import DEMARCHES, delivery

Answer = Callable[[dict[str, Any]], AnyResponse]


def test_f68_partial_data_beside_an_error_is_no_absence() -> None:
    """HTTP 200 with `errors` fails the page: no record of it is read, and the cursor stays."""
    errors = [{"message": "Timeout", "extensions": {"code": "timeout"}}]
    with graphql(lambda _body: jsonify(errors=errors, **_page([{"number": 1}]))) as url:
        found, cursor, code = stopped(_procedure(url))
    assert (found, cursor, code) == ([], None, "source.timeout")


def test_f68_a_null_node_stops_eight_runs_and_is_then_parked(sqlite_store: SqlStore) -> None:
    """Seven runs say so and read nothing beyond; at the eighth it is parked, and the others are read."""

    def answer(body: dict[str, Any]) -> AnyResponse:
        if body["operationName"] != "dossiers":
            return jsonify(_page([]))
        first, after = body["variables"]["first"], int(body["variables"]["after"] or 0)
        shown = range(after + 1, 5)[:first]
        nodes = [None if number == 2 else _file(number) for number in shown]
        end = str(shown[-1]) if shown else None
        return jsonify(_page(nodes, end=end, has_next=bool(shown) and shown[-1] < 4))

    with graphql(answer) as url:
        desk = Desk("demarches", {}, sqlite_store, given=_procedure(url))
        codes = [desk.sync().error_code for _ in range(8)]
    assert codes == ["source.partial"] * 7 + [None]
    assert set(desk.stored()) == {"1", "3", "4"}
    with sqlite_store.read() as tx:
        assert [record.cause_code for record in tx.intake.parked()] == ["record.id_missing"]


@pytest.mark.parametrize("cursor", ["%%%", "bm8gY3Vyc29y"])
def test_f68_an_invalid_cursor_starts_the_list_again(town: LiveTown, cursor: str) -> None:
    """Nothing is missed: the list is read from its beginning."""
    ready = town.ready
    token, number = ready["demarches_token"], ready["demarches_number"]
    given = _procedure(ready["demarches_url"], token=token, procedure=number, page_size=100)
    whole, _ = read_all(reader_of(given))
    again, _ = read_all(reader_of(given), json.dumps({"dossiers": cursor}))
    assert [d.key for d in again] == [d.key for d in whole]


def test_f71_a_deletion_of_a_case_never_seen_has_no_effect(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """It is counted as read, makes no case and parks nothing; one we hold is closed by the same deletion."""
    absorb = AbsorbDelivery(sqlite_store, PSEUDONYMS, clock)
    gone: dict[str, object] = {"number": 7, "state": "supprime", "reason": "user_request"}
    gone["dateSupression"] = "2025-03-01T10:00:00Z"
    done = absorb(DEMARCHES, delivery(gone, cursor="a"))
    assert (done.read, done.changed, done.parked) == (1, 0, 0)
    desk = Desk("demarches", {}, sqlite_store)
    assert desk.stored() == {}
    absorb(DEMARCHES, delivery(_file(7), key="d2", cursor="b"))
    absorb(DEMARCHES, delivery(gone, key="d3", cursor="c"))
    assert desk.stored() == {"7": "supprime"}


def test_f71_a_whole_list_of_deletions_makes_no_case(town: LiveTown, sqlite_store: SqlStore) -> None:
    """Files deleted before we ever read the procedure stay unknown; those read before are closed."""
    ready = town.ready
    token, number = ready["demarches_token"], ready["demarches_number"]
    given = _procedure(ready["demarches_url"], token=token, procedure=number, page_size=100)
    desk = Desk("demarches", ready, sqlite_store, given=given)
    assert desk.sync().error_code is None
    assert set(desk.stored()) == set(town.truth("demarches"))
    assert town.gone("demarches")


def graphql(answer: Answer) -> AbstractContextManager[str]:
    """Serve a platform that gives this answer."""
    app = Flask(__name__)
    app.post("/graphql")(lambda: answer(request.get_json()))
    return serving_app(app)


def _procedure(url: str, **others: object) -> dict[str, object]:
    address = url if url.endswith("graphql") else f"{url}/graphql"
    return {"kind": "graphql", "url": address, "token": "t", "procedure": 1, "page_size": 4} | others


def _page(nodes: list[Any], *, end: str | None = None, has_next: bool = False) -> dict[str, Any]:
    info = {"hasNextPage": has_next, "endCursor": end}
    return {"data": {"demarche": {"page": {"pageInfo": info, "nodes": nodes}}}}


def _file(number: int) -> dict[str, object]:
    dates = {"dateDepot": "2025-02-01T10:00:00Z", "dateDerniereModification": "2025-02-01T10:00:00Z"}
    return {"number": number, "state": "en_construction", "demandeur": {"nom": "X"}, "champs": []} | dates
