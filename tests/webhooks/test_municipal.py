"""The door of the town's systems, over the application's own protections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from flask import Flask

from bridge.adapters.store.store import SqlStore
from bridge.http.access import guard
from bridge.http.correlation import follow_requests
from bridge.http.origins import Origins
from bridge.http.problems import answer_problems
from bridge.usecases.receive_delivery import ReceiveDelivery
from tests.fakes.clock import FakeClock
from tests.webhooks.test_signatures import SECRET, signed
from webhooks.municipal import municipal_blueprint

BODY = b'{"case": "101"}'


def door(
    store: SqlStore,
    clock: FakeClock,
    rung: list[str],
    secrets: Mapping[str, Sequence[bytes]] = MappingProxyType({"voirie": (SECRET,)}),
    receive: ReceiveDelivery | None = None,
    *,
    origins: Origins | None = None,
) -> Flask:
    """Give an application with this door alone."""
    app = Flask("door")
    follow_requests(app)
    guard(app, lambda _request: None, lambda _request: None)
    doors = municipal_blueprint(store, clock, secrets, lambda: rung.append("sync"), receive, origins=origins)
    app.register_blueprint(doors)
    answer_problems(app)
    return app


def test_a_signed_hint_makes_its_source_due_and_rings(store: SqlStore, clock: FakeClock) -> None:
    """The fact is in the store before the answer; the bell comes after."""
    later = clock.now() + timedelta(hours=1)
    with store.begin() as tx:
        tx.intake.source_answered("voirie", clock.now(), later)
    rung: list[str] = []

    answer = (
        door(store, clock, rung)
        .test_client()
        .post("/webhooks/sources/voirie", data=BODY, headers=signed(at=clock.now(), body=BODY))
    )

    assert (answer.status_code, answer.data, rung) == (202, b"", ["sync"])
    with store.begin() as tx:
        assert tx.intake.health()["voirie"].next_due_at == clock.now()


def test_the_same_hint_twice_does_no_harm(store: SqlStore, clock: FakeClock) -> None:
    """Row A92: a hint is not a fact, so a repetition is only another look."""
    client = door(store, clock, []).test_client()
    headers = signed(at=clock.now(), body=BODY)
    answers = [client.post("/webhooks/sources/voirie", data=BODY, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]


def test_a_wrong_signature_changes_nothing(store: SqlStore, clock: FakeClock) -> None:
    """Rows A89 and A98: nothing is marked, nobody is told, and the answer is the same for any source."""
    rung: list[str] = []
    client = door(store, clock, rung).test_client()
    headers = signed(at=clock.now(), body=b"another")
    for source in ("voirie", "urbanisme", "no-such-source"):
        answer = client.post(f"/webhooks/sources/{source}", data=BODY, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (401, "webhook.signature")
    assert rung == []
    with store.begin() as tx:
        assert tx.intake.health() == {}


def test_only_post_is_answered(store: SqlStore, clock: FakeClock) -> None:
    """Row A100: a door for deliveries is nothing to read."""
    assert door(store, clock, []).test_client().get("/webhooks/sources/voirie").status_code == 405
