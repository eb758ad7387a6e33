"""When a record changed, and by whom: what those who follow an org go by."""

from __future__ import annotations

from tests.sandbox.salesforce.bulk_wire import load
from tests.sandbox.salesforce.wire import Wire

KEY = "FranceConnect_Sub__c"
STAMPS = "SELECT LastName FROM Contact ORDER BY SystemModstamp, Id"


def as_agent(wire: Wire) -> str:
    """From here on an agent calls; gives its user id."""
    agent = wire.post("/sandbox/agent-session").json()
    wire.headers = {"Authorization": f"Bearer {agent['access_token']}"}
    user_id: str = agent["user_id"]
    return user_id


def test_every_write_moves_the_stamp(wire: Wire) -> None:
    """In whole seconds, even when nothing changes, whichever road it comes by; the order follows."""
    wire.create("Contact", LastName="B", **{KEY: "b"})
    wire.create("Contact", LastName="A", **{KEY: "a"})
    assert wire.column(STAMPS) == ["B", "A"]
    wire.clock.advance(seconds=1.4)
    wire.upsert("Contact", KEY, "b", {"LastName": "B"})
    assert wire.column(STAMPS) == ["A", "B"]
    wire.clock.advance(seconds=1)
    load(wire, "upsert", f"{KEY},LastName\na,A\n", externalIdFieldName=KEY)
    assert wire.column(STAMPS) == ["B", "A"]
    stamps = wire.column("SELECT SystemModstamp FROM Contact ORDER BY SystemModstamp")
    assert stamps == ["2026-11-24T12:00:01.000+0000", "2026-11-24T12:00:02.000+0000"]


def test_who_changed_it_last_is_told(wire: Wire) -> None:
    """The user of the session, over REST and in a bulk job; deletions too."""
    own, other = wire.create("Contact", LastName="A"), wire.create("Contact", LastName="B")
    assert wire.read("Contact", own)["LastModifiedById"] == wire.org.user_id
    agent = as_agent(wire)
    wire.patch(f"sobjects/Contact/{own}", {"FirstName": "C"})
    assert load(wire, "update", f"Id,FirstName\n{other},D\n")["createdById"] == agent
    records = wire.rows("SELECT CreatedById, LastModifiedById FROM Contact")
    assert {(row["CreatedById"], row["LastModifiedById"]) for row in records} == {(wire.org.user_id, agent)}
    wire.headers = {}
    wire.delete(f"sobjects/Contact/{own}")
    row = wire.query("SELECT LastModifiedById FROM Contact WHERE IsDeleted = true", path="queryAll").json()
    assert row["records"][0]["LastModifiedById"] == wire.org.user_id


def test_what_is_done_in_the_org_by_hand_is_an_agent_s(wire: Wire) -> None:
    """A merge moves the winner and its loser."""
    winner, loser = wire.create("Contact", LastName="A"), wire.create("Contact", LastName="A2")
    wire.post("/sandbox/merge", {"winner": winner, "losers": [loser]})
    assert wire.read("Contact", winner)["LastModifiedById"] == wire.org.agent_id


def test_a_record_read_before_is_not_sent_again(wire: Wire) -> None:
    """304 until it changes."""
    contact = wire.create("Contact", LastName="A")
    read = wire.get(f"sobjects/Contact/{contact}")
    since = {"If-Modified-Since": read.headers["Last-Modified"]}
    assert wire.get(f"sobjects/Contact/{contact}", headers=since).status_code == 304
    wire.clock.advance(seconds=2)
    wire.patch(f"sobjects/Contact/{contact}", {"FirstName": "B"})
    assert wire.get(f"sobjects/Contact/{contact}", headers=since).status_code == 200
