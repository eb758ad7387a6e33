"""Street requests: windows, pages and updates, on the stand-in and on servers with their own habits."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, Response

from bridge.domain.synchronisation import Delivery
from bridge.errors import PermanentError, TransientError
from tests.adapters.sources.geo_report import START, Habits, many, numbers, server
from tests.adapters.sources.wire import read_all, reader_of, records_of, serving_app, town_options
from tests.sandbox.town.live import LiveTown


def options(town: LiveTown, **others: object) -> dict[str, object]:
    """Give the options for the stand-in's street desk."""
    return town_options(town.ready, "voirie") | others


def test_a_first_run_starts_ninety_days_before_the_servers_present(town: LiveTown) -> None:
    """Our clock is years ahead of this server, and does not matter."""
    found = [r.values for r in records_of(read_all(reader_of(options(town)))[0])]
    oldest = min(str(values["requested_datetime"]) for values in found if values["status"] == "open")

    assert oldest[:10] == "2015-09-03"


def test_a_run_without_news_is_cheap(town: LiveTown) -> None:
    """With nothing new, a run asks a handful of questions and delivers nothing."""
    _, cursor = read_all(reader_of(options(town)))
    before = town.get("/sandbox/stats").json()["requests"]["voirie"]

    assert read_all(reader_of(options(town)), cursor) == ([], cursor)
    assert town.get("/sandbox/stats").json()["requests"]["voirie"] - before <= 6


def test_an_old_request_that_closes_is_found(town: LiveTown) -> None:
    """A request opened months ago comes back on the day it is closed, with its reason."""
    _, cursor = read_all(reader_of(options(town)))
    town.live("2015-12-02")
    found = [r.values for r in records_of(read_all(reader_of(options(town)), cursor)[0])]

    old = [v for v in found if str(v["requested_datetime"]) < "2015-11-01"]
    assert old
    assert all(values["status"] == "closed" for values in old)


def test_a_short_throttling_is_waited_for(town: LiveTown) -> None:
    """Retry-After is honoured, and the run goes on."""
    waits: list[float] = []
    town.post("/sandbox/faults", open311_429=2, open311_retry_after_s=3)
    deliveries, _ = read_all(reader_of(options(town), waits=waits))

    assert deliveries
    assert len(waits) == 2
    assert min(waits) >= 3


def test_a_long_throttling_goes_up_with_its_delay(town: LiveTown) -> None:
    """A server that asks for minutes is left alone."""
    waits: list[float] = []
    town.post("/sandbox/faults", open311_429=1, open311_retry_after_s=600)
    with pytest.raises(TransientError) as caught:
        read_all(reader_of(options(town), waits=waits))

    assert (caught.value.code, caught.value.retry_after_s, waits) == ("remote.429", 600.0, [])


def test_a_page_that_fails_loses_nothing(town: LiveTown) -> None:
    """What was delivered before the fault is kept, and the next run reads the rest."""
    town.post("/sandbox/faults", open311_500_page=2)
    found: list[Delivery] = []
    with pytest.raises(TransientError) as caught:
        found.extend(reader_of(options(town, page_size=50)).read(None))
    assert caught.value.code == "remote.500"

    town.post("/sandbox/faults", open311_500_page=False)
    rest, _ = read_all(reader_of(options(town, page_size=50)), found[-1].cursor)
    whole, _ = read_all(reader_of(options(town)))
    assert set(numbers(found + rest)) == set(numbers(whole))


def test_a_server_without_updates_is_told(town: LiveTown) -> None:
    """The error names the option to change."""
    town.post("/sandbox/faults", open311_without_updates=True)
    with pytest.raises(PermanentError) as caught:
        read_all(reader_of(options(town)))

    assert caught.value.code == "source.updates_missing"
    assert "transport.updates" in caught.value.explanation


@pytest.mark.parametrize(
    "habits",
    [
        Habits(many(450)),
        Habits(many(450), newest_first=True),
        Habits(many(450), page_cap=30),
        Habits(many(450), pages=False),
        Habits(many(450), pages=False, page_cap=100, newest_first=True),
        Habits(many(450, minutes=90), pages=False),
        Habits(dict.fromkeys(many(450), START + timedelta(hours=6))),
    ],
    ids=["plain", "newest first", "small pages", "no pages", "no pages, cut", "weeks", "one second"],
)
def test_no_habit_of_a_server_loses_a_request(habits: Habits) -> None:
    """Order, page size, absent paging and equal dates change nothing to what is found; then all is quiet."""
    with server(habits) as reader:
        deliveries, cursor = read_all(reader)
        again, later = read_all(reader, cursor)

    assert sorted(map(str, numbers(deliveries))) == sorted(habits.opened)
    assert (again, later) == ([], cursor)


def test_pages_in_a_circle_end() -> None:
    """A server that leads back to its first page is told instead of read for ever."""
    with server(Habits(many(450), circle=True)) as reader, pytest.raises(PermanentError) as caught:
        read_all(reader)

    assert caught.value.code == "source.paging"


def test_a_second_fuller_than_an_answer_is_told() -> None:
    """Without pages, requests beyond the answer of one second cannot be reached: that is no silence."""
    opened = dict.fromkeys(many(450), START + timedelta(hours=6))
    habits = Habits(opened, pages=False, page_cap=100)
    with server(habits) as reader, pytest.raises(PermanentError) as caught:
        read_all(reader)

    assert caught.value.code == "source.answer_full"


@pytest.mark.parametrize("newest_first", [False, True])
def test_updates_beyond_one_answer_are_found(newest_first: bool) -> None:
    """An answer of a thousand updates may be cut, so shorter spans are asked until none is."""
    opened = many(1500, minutes=0.1)
    updates = [(number, at + timedelta(days=20)) for number, at in opened.items()]
    habits = Habits(opened, updates, now=START + timedelta(days=10))
    with server(habits) as reader:
        _, cursor = read_all(reader)
        habits.now = START + timedelta(days=30)
        habits.updates = updates[::-1] if newest_first else updates
        found = records_of(read_all(reader, cursor)[0])

    assert {r.values["service_request_id"] for r in found if r.values["status"] == "closed"} == set(opened)


def test_a_closing_is_asked_once() -> None:
    """What a page has just shown as closed is not asked again by its number."""
    opened = many(60)
    habits = Habits(opened, [(number, at + timedelta(days=1)) for number, at in opened.items()])
    with server(habits) as reader:
        read_all(reader)

    assert not [asked for asked in habits.asked if "service_request_id" in asked]


def test_a_quiet_season_does_not_stop_the_source() -> None:
    """After more than ninety days without a request, the next one is found."""
    habits = Habits(many(3))
    with server(habits) as reader:
        _, cursor = read_all(reader)
        habits.now = START + timedelta(days=200)
        assert read_all(reader, cursor) == ([], cursor)
        habits.opened["R99999"] = habits.now - timedelta(days=1)
        deliveries, _ = read_all(reader, cursor)

    assert numbers(deliveries) == ["R99999"]


def test_a_date_of_the_far_future_hides_nothing() -> None:
    """A request dated in 2205 does not move the place where the next run starts."""
    wrong = datetime(2205, 1, 1, tzinfo=UTC)
    habits = Habits(many(3) | {"R90000": wrong}, undated_window=("R90000", "R00000"))
    with server(habits) as reader:
        _, cursor = read_all(reader)
        habits.opened["R00009"] = START + timedelta(days=20)
        deliveries, _ = read_all(reader, cursor)

    assert numbers(deliveries) == ["R00009"]


def test_the_cursor_names_nobody() -> None:
    """A cursor holds a date and marks of content, no text of a request."""
    with server(Habits(many(20))) as reader:
        _, cursor = read_all(reader)

    noted = json.loads(cursor or "")
    assert set(noted) == {"until", "marks"}
    assert all(len(mark) == 16 for mark in noted["marks"])


@pytest.mark.parametrize("body", ['{"requests": []}', "[1]"])
def test_an_answer_of_another_shape_is_refused(body: str) -> None:
    """What is not a list of requests is not guessed at."""
    app = Flask(__name__)
    app.get("/requests.json")(lambda: Response(body, content_type="application/json"))
    with serving_app(app) as url, pytest.raises(PermanentError) as caught:
        read_all(reader_of({"kind": "open311", "url": url}))

    assert caught.value.code == "source.shape"
