"""Merging, deleting and bringing back, as agents do it in the org."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.salesforce.wire import Wire, refusal

SUB = "FranceConnect_Sub__c"
MERGE = """<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns="urn:partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></e:Header>
<e:Body><merge><request><masterRecord><type>Contact</type><Id>{winner}</Id></masterRecord>
<recordToMergeIds>{loser}</recordToMergeIds></request></merge></e:Body></e:Envelope>"""


def merged(wire: Wire, winner: str, *losers: str) -> requests.Response:
    """Merge by the handle of the stand-in."""
    return wire.post("/sandbox/merge", {"winner": winner, "losers": losers})


def everything(wire: Wire, sobject: str = "Contact") -> dict[str, tuple[bool, str | None]]:
    """Give what queryAll says of each record: in the bin or not, and which record took its place."""
    answer = wire.query(f"SELECT Id, IsDeleted, MasterRecordId FROM {sobject}", "queryAll")
    return {row["Id"]: (row["IsDeleted"], row["MasterRecordId"]) for row in answer.json()["records"]}


def test_a_merge_keeps_the_winner_and_moves_the_children(wire: Wire) -> None:
    """The loser goes to the bin and names the winner; its Cases follow; the winner's values stay."""
    winner = wire.create("Contact", LastName="Kept")
    loser = wire.create("Contact", LastName="Lost", **{SUB: "who"})
    case = wire.create("Case", ContactId=loser)
    before = wire.read("Case", case)["SystemModstamp"]
    wire.clock.advance(minutes=5)

    answer = merged(wire, winner, loser)

    assert answer.json() == {"id": winner, "moved": [case]}
    assert everything(wire) == {winner: (False, None), loser: (True, winner)}
    assert (wire.read("Case", case)["ContactId"], wire.read("Contact", winner)[SUB]) == (winner, None)
    assert wire.read("Case", case)["SystemModstamp"] > before
    assert wire.read("Contact", winner)["LastModifiedDate"].startswith("2026-11-24T12:05")
    assert wire.column(f"SELECT Id FROM Contact WHERE {SUB} = 'who'") == []
    assert refusal(wire.get(f"sobjects/Contact/{loser}")) == (404, "ENTITY_IS_DELETED")
    assert refusal(wire.patch(f"sobjects/Contact/{loser}", {"Title": "x"})) == (404, "ENTITY_IS_DELETED")


def test_merges_follow_each_other(wire: Wire) -> None:
    """A winner may lose the next merge; each loser names the one it was merged into."""
    first, second, third = (wire.create("Contact", LastName=name) for name in "ABC")
    merged(wire, second, first)
    merged(wire, third, second)
    assert everything(wire) == {first: (True, second), second: (True, third), third: (False, None)}


@pytest.mark.parametrize(
    ("losers", "code"),
    [
        ([], "INVALID_NUM_1_TO_2"),
        (["self"], "CANNOT_MERGE_WITH_SELF"),
        (["gone"], "ENTITY_IS_DELETED"),
        (["001000000000000"], "INVALID_ID_FIELD"),
        (["003000000000009"], "INVALID_CROSS_REFERENCE_KEY"),
        (["nonsense"], "MALFORMED_ID"),
    ],
)
def test_what_cannot_be_merged_is_refused(wire: Wire, losers: list[str], code: str) -> None:
    """Nothing is changed by a merge the org refuses."""
    winner, gone = wire.create("Contact", LastName="W"), wire.create("Contact", LastName="G")
    wire.delete(f"sobjects/Contact/{gone}")
    named = {"self": winner, "gone": gone}
    assert refusal(merged(wire, winner, *(named.get(loser, loser) for loser in losers)))[1] == code
    assert everything(wire)[winner] == (False, None)


def test_soap_merges_as_the_partner_client_does(wire: Wire) -> None:
    """The documented call merges; without a session it is a fault."""
    winner, loser = (wire.create("Contact", LastName=name) for name in "WL")
    address = f"{wire.url}/services/Soap/u/60.0"
    envelope = MERGE.format(token=wire.token, winner=winner, loser=loser)
    refused = requests.post(address, envelope.replace(wire.token, "none"), timeout=10)
    assert (refused.status_code, "INVALID_SESSION_ID" in refused.text) == (500, True)

    answer = requests.post(address, envelope, timeout=10)

    assert "<success>true</success>" in answer.text
    assert everything(wire)[loser] == (True, winner)


def test_what_was_deleted_comes_back(wire: Wire) -> None:
    """Undeleting gives record and key back, and moves its time."""
    contact = wire.create("Contact", LastName="A", **{SUB: "who"})
    wire.delete(f"sobjects/Contact/{contact}")
    wire.clock.advance(minutes=5)
    assert wire.post("/sandbox/undelete", {"ids": [contact]}).status_code == 200
    assert wire.read("Contact", contact)[SUB] == "who"
    assert wire.read("Contact", contact)["SystemModstamp"].startswith("2026-11-24T12:05")
    assert refusal(wire.post("/sandbox/undelete", {"ids": [contact]}))[1] == "UNDELETE_FAILED"


def test_a_key_given_away_does_not_come_back(wire: Wire) -> None:
    """The bin gave the unique value up; another record has it now."""
    first = wire.create("Contact", LastName="A", **{SUB: "who"})
    wire.delete(f"sobjects/Contact/{first}")
    wire.create("Contact", LastName="B", **{SUB: "who"})
    assert refusal(wire.post("/sandbox/undelete", {"ids": [first]}))[1] == "DUPLICATE_VALUE"


def test_a_bin_may_hold_on_to_its_keys(wire: Wire) -> None:
    """No document says which of the two an org does, so both can be tried."""
    wire.fault(deleted_keep_unique=True)
    first = wire.create("Contact", LastName="A", **{SUB: "who"})
    wire.delete(f"sobjects/Contact/{first}")
    answer = wire.upsert("Contact", SUB, "who", {"LastName": "B"})
    assert refusal(answer) == (400, "DUPLICATE_VALUE")
    assert wire.post("/sandbox/purge").status_code == 200
    assert wire.upsert("Contact", SUB, "who", {"LastName": "B"}).status_code == 201
