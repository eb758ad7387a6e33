"""Street requests whose dates or number go beyond what a reading can hold."""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from inspect import getgeneratorlocals

import pytest
from flask import Flask, jsonify, request

from bridge.domain.synchronisation import Delivery
from tests.adapters.sources.geo_report import START, Habits, many, numbers, server
from tests.adapters.sources.wire import read_all, reader_of, serving_app


@pytest.mark.parametrize("wrong", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-05:00", "soon"])
def test_a_date_no_calendar_reaches_is_no_date(wrong: str) -> None:
    """A request dated in the year 1 or 9999 is read like one without a date."""
    app = Flask(__name__)
    entry = {"service_request_id": "R1", "requested_datetime": wrong}
    app.get("/servicerequestupdates.json", endpoint="updates")(lambda: jsonify([]))
    app.get("/requests.json")(lambda: jsonify([entry] if request.args["page"] == "1" else []))
    with serving_app(app) as url:
        deliveries, _ = read_all(reader_of({"kind": "open311", "url": url, "since": "2025-02-01"}))

    assert numbers(deliveries) == ["R1"]


def test_a_first_reading_remembers_no_more_than_the_overlap() -> None:
    """Years of requests cost no more memory than a few weeks."""
    habits = Habits(many(200, minutes=1440), now=START + timedelta(days=210))
    held: list[int] = []
    with server(habits) as reader:
        deliveries = reader.read(None)
        assert isinstance(deliveries, Generator)
        found: list[Delivery] = []
        for delivery in deliveries:
            found.append(delivery)
            progress = getgeneratorlocals(deliveries)["progress"]
            held += map(len, (progress.known, progress.marks, progress.moments))

    assert sorted(map(str, numbers(found))) == sorted(habits.opened)
    assert max(held) < 20
