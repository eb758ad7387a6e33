"""Sources over HTTP that stumble: throttled, half answered, moved under way, killed at the worst moment."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.adapters.sources.declared import Desk
from tests.adapters.sources.wire import read_all, reader_of, records_of, serving_app
from tests.faults.stopped_readings import stopped
from tests.sandbox.town.live import LiveTown
from tests.usecases.people import PSEUDONYMS

ROWS = [{"id": number, "state": "open"} for number in range(1, 101)]
KILLED_BEFORE_DELETE = """
import os, signal, sys
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from tests.adapters.sources.declared import Desk
from tests.fakes.vault import FakeVault
import json

desk = Desk("hubee", json.loads(sys.argv[2]), SqlStore(create_store_engine(sys.argv[1]), FakeVault()))
real = desk.reader()


class Killed:
    def read(self, cursor):
        return real.read(cursor)

    def acknowledge(self, delivery):
        print(len(delivery.to_acknowledge), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)


desk.sync(Killed())
"""


def options(url: str, paging: dict[str, object], **others: object) -> dict[str, object]:
    """Give a list of a test's own service."""
    listed = {"path": "items", "records": "items", "paging": paging}
    return {"kind": "rest", "url": url, "list": listed} | others


def numbers(deliveries: list[Any]) -> list[object]:
    """Give the number of each record, in the order it was read."""
    return [record.values["id"] for record in records_of(deliveries)]


def by_page(rows: list[dict[str, Any]], size: int) -> AnyResponse:
    """Answer the page asked for, with how many there are."""
    number = int(request.args["page"])
    return jsonify(items=rows[(number - 1) * size : number * size], pages=-(-len(rows) // size))


PAGES: dict[str, object] = {"kind": "page", "pages": "pages", "size_param": "size", "size": 10}
OFFSET: dict[str, object] = {"kind": "offset", "size": 10, "overlap": 3}


def test_f67_429_with_retry_after_is_waited_for(town: LiveTown, sqlite_store: SqlStore) -> None:
    """A short delay is waited in place; a long one goes up, and the source is due no sooner."""
    town.post("/sandbox/faults", publik_429=2)
    desk = Desk("stationnement", town.ready, sqlite_store)
    assert desk.sync().error_code is None
    assert len(desk.waits) == 2
    assert all(wait >= 1 for wait in desk.waits)

    app = Flask(__name__)
    app.get("/items")(lambda: Response(status=429, headers={"Retry-After": "900"}))
    with serving_app(app) as url:
        desk.changes = options(url, {"kind": "none"}) | {"auth": None, "since": None, "errors": None}
        assert desk.sync().error_code == "remote.429"
    with sqlite_store.read() as tx:
        health = tx.intake.health()["stationnement"]
    assert health.next_due_at is not None
    assert health.last_attempt_at is not None
    assert (health.next_due_at - health.last_attempt_at).total_seconds() >= 900


def test_f67_500_on_page_7_restarts_that_page() -> None:
    """Two refusals cost two waits and no record; a third keeps the six pages, and the next run goes on."""
    left = [2]
    app = Flask(__name__)

    @app.get("/items")
    def items() -> AnyResponse:
        if request.args["page"] == "7" and left[0]:
            left[0] -= 1
            return Response(status=500)
        return by_page(ROWS, 10)

    with serving_app(app) as url:
        waits: list[float] = []
        assert numbers(read_all(reader_of(options(url, PAGES), waits=waits))[0]) == list(range(1, 101))
        assert len(waits) == 2
        left[0] = 3
        taken, cursor, code = stopped(options(url, PAGES))
        assert (numbers(taken), code) == (list(range(1, 61)), "remote.500")
        rest, _ = read_all(reader_of(options(url, PAGES)), cursor)
        assert numbers(rest) == list(range(61, 101))


def test_f67_a_page_size_changed_under_way_loses_nothing() -> None:
    """By offset what came is counted; by number the list is walked again."""
    app = Flask(__name__)
    asked: list[str] = []

    @app.get("/items")
    def items() -> AnyResponse:
        asked.append(request.query_string.decode())
        cap = 10 if len(asked) < 4 else 4
        if "offset" in request.args:
            start = int(request.args["offset"])
            return jsonify(items=ROWS[start : start + cap])
        return by_page(ROWS, cap)

    with serving_app(app) as url:
        for paging in (OFFSET, PAGES):
            asked.clear()
            found = numbers(read_all(reader_of(options(url, paging)))[0])
            assert set(found) == set(range(1, 101)), paging


def test_f67_items_that_move_between_pages_are_seen_again() -> None:
    """Fewer than the overlap are caught by it; when more have moved, the list is walked again."""
    app = Flask(__name__)
    calls, leave = [0], [0]

    @app.get("/items")
    def items() -> AnyResponse:
        calls[0] += 1
        start = int(request.args["offset"])
        rows = ROWS[leave[0] if calls[0] > 2 else 0 :]
        return jsonify(items=rows[start : start + 10])

    with serving_app(app) as url:
        for gone in (2, 8):
            calls[0], leave[0] = 0, gone
            found = numbers(read_all(reader_of(options(url, OFFSET)))[0])
            assert set(found) == set(range(1, 101)), gone


def test_f67_a_request_updated_while_it_is_read_is_found_by_the_overlap_of_dates(
    town: LiveTown, sqlite_store: SqlStore
) -> None:
    """A day goes by between two pages of a list in the order of changes; the next run has them all."""
    desk = Desk("stationnement", town.ready, sqlite_store)
    reader = desk.reader()
    for rank, taken in enumerate(reader.read(None)):
        AbsorbDelivery(sqlite_store, PSEUDONYMS, desk.clock)(desk.mapping, taken)
        if rank == 0:
            town.live("2015-12-04")
    desk.sync()
    truth = {number: status for number, status in town.truth("publik").items() if number.startswith("12-")}
    assert desk.stored() == truth


@pytest.mark.parametrize("links", [["/items?at=1", "/items?at=2", "/items?at=1"], ["/items?at=1"] * 2])
def test_f67_next_links_in_a_circle_end(links: list[str]) -> None:
    """A link already followed is an error for a person, not a run without end."""
    app = Flask(__name__)
    left = iter(links * 50)
    app.get("/items")(lambda: jsonify(items=[{"id": 1}], next=next(left)))
    with serving_app(app) as url:
        found, _, code = stopped(options(url, {"kind": "next", "link": "next"}))
    assert code == "source.paging"
    assert len(found) <= len(links) + 1


@pytest.mark.parametrize(
    "leads",
    [
        "http://127.0.0.2:{port}/x",
        "//evil.example/x",
        "https://127.0.0.1:{port}/x",
        "http://h:99999/",
        "http://[x",
    ],
)
def test_f67_a_next_link_to_another_origin_is_not_followed(leads: str) -> None:
    """Neither another host, nor another scheme: our credentials stay where they belong."""
    app = Flask(__name__)
    app.get("/items")(lambda: jsonify(items=[{"id": 1}], next=leads.format(port=request.host.split(":")[1])))
    with serving_app(app) as url:
        auth = {"kind": "bearer", "token": "secret"}
        _, _, code = stopped(options(url, {"kind": "next", "link": "next"}, auth=auth))
    assert code == "source.foreign_link"


def test_hubee_killed_between_our_commit_and_the_delete_is_given_again_and_makes_one_case(
    town: LiveTown, sqlite_store: SqlStore
) -> None:
    """A process killed with SIGKILL before any DELETE: all is stored, all comes again, nothing is doubled."""
    assert town.post("/sandbox/reset", day="2015-03-20").ok
    url = sqlite_store._engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", KILLED_BEFORE_DELETE, url, json.dumps(dict(town.ready))]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        assert process.stdout is not None
        in_hand = int(process.stdout.readline())
        assert process.wait(timeout=30) == -signal.SIGKILL
    desk = Desk("hubee", town.ready, sqlite_store)
    held, events = desk.stored(), _timeline(sqlite_store)
    assert in_hand >= len(held) > 0
    summary = desk.sync()
    assert (summary.error_code, summary.read >= in_hand) == (None, True)
    assert desk.stored() == town.truth("hubee")
    assert {number: status for number, status in desk.stored().items() if number in held} == held
    assert _timeline(sqlite_store) >= events
    assert desk.sync().read == 0


def _timeline(store: SqlStore) -> int:
    with store._engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM case_events").scalar_one())
