"""Forms of Publik, read by a YAML file alone."""

from __future__ import annotations

import json

import pytest

from bridge.adapters.store.store import SqlStore
from tests.adapters.sources.declared import Desk
from tests.sandbox.town.live import LiveTown

FORM = "12-"


@pytest.fixture
def desk(town: LiveTown, sqlite_store: SqlStore) -> Desk:
    """Give the parking form of the stand-in town."""
    return Desk("stationnement", town.ready, sqlite_store)


def truth(town: LiveTown) -> dict[str, str]:
    """Give what the citizen may see of each request of that form."""
    return {number: status for number, status in town.truth("publik").items() if number.startswith(FORM)}


def test_every_request_of_a_form_becomes_a_case(town: LiveTown, desk: Desk) -> None:
    """A whole list of pages ends in the store with the status the citizen may see."""
    summary = desk.sync()
    assert (summary.error_code, summary.parked) == (None, 0)
    assert desk.stored() == truth(town)
    assert len(truth(town)) > 100


def test_a_later_run_asks_for_what_changed(town: LiveTown, desk: Desk) -> None:
    """The date of the newest change is kept, and the next run asks from a little before it."""
    first = desk.sync()
    town.live("2015-12-03")
    second = desk.sync()
    assert 0 < second.read < first.read / 2
    assert desk.stored() == truth(town)
    assert set(json.loads(desk.cursor() or "")) == {"since"}


def test_the_signed_query_string_opens_the_same_list(town: LiveTown, desk: Desk) -> None:
    """Publik's own signature serves as well as HTTP Basic, with a new nonce each time."""
    ready = town.ready
    desk.changes = {
        "auth": {"kind": "signed", "caller": ready["publik_caller"], "secret": ready["publik_secret"]}
    }
    assert desk.sync().error_code is None
    assert desk.stored() == truth(town)


def test_a_wrong_password_is_for_a_person(town: LiveTown, desk: Desk) -> None:
    """A refusal is not tried again, and the password is told nowhere."""
    desk.changes = {"auth": {"kind": "basic", "user": "pont-citoyen", "password": "autre"}}
    assert desk.sync().error_code == "remote.403"
    assert desk.waits == []


def test_an_error_inside_a_good_answer_is_an_error(town: LiveTown, desk: Desk) -> None:
    """`err: 1` under HTTP 200 is tried again as the file says, and is never an empty list."""
    town.post("/sandbox/faults", publik_err=2)
    assert desk.sync().error_code is None
    town.post("/sandbox/faults", publik_err=3)
    assert desk.sync().error_code == "source.refused"
    assert desk.stored() == truth(town)
