"""What becomes of Contacts when the org, or the road to it, goes wrong."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.describe import organization_id
from bridge.adapters.salesforce.merges import OVERLAP, SalesforceContactChanges
from bridge.errors import AmbiguousContactError, BudgetError, PermanentError, TransientError
from mappings.loader import load_salesforce
from tests.adapters.salesforce.scripted_org import Answer, ScriptedOrg
from tests.contracts.people import certified, uncertified
from tests.servers.org import StandInOrg

NOTHING = Answer(200, {"totalSize": 0, "done": True, "records": []})
HOUR = timedelta(hours=1)


def changes_of(connection: SalesforceConnection) -> SalesforceContactChanges:
    """Give the adapter over a client."""
    return SalesforceContactChanges(connection, load_salesforce("contact"))


def log(**changed: object) -> Answer:
    """Give the org's log of deletions, empty."""
    told = {
        "deletedRecords": [],
        "earliestDateAvailable": "2025-02-20T09:00:00.000+0000",
        "latestDateCovered": "2025-03-03T08:55:00.000+0000",
    }
    return Answer(200, {**told, **changed})


def test_a_quiet_look_costs_two_calls(scripted: ScriptedOrg) -> None:
    """The log goes back behind the last look; how far it goes is the org's word, not our clock's."""
    scripted.answers = [log(), NOTHING]
    now = scripted.clock.now()
    with scripted.connection() as connection:
        news = changes_of(connection).since(now - HOUR, now)
    assert (news.gone, news.covered_until, news.is_whole) == (frozenset(), now - timedelta(minutes=5), True)
    first, second = scripted.asked
    assert first.path.endswith("/sobjects/Contact/deleted/")
    start = (now - HOUR - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert parse_qs(first.query) == {"start": [start], "end": ["2025-03-03T09:00:00Z"]}
    assert second.path.endswith("/queryAll/")
    assert "MasterRecordId" in parse_qs(second.query)["q"][0]


def test_a_window_is_never_shorter_than_the_org_takes(scripted: ScriptedOrg) -> None:
    """Whoever looks twice in one minute asks for two, and never for more than fifteen days."""
    scripted.answers = [log(), NOTHING, log(), NOTHING]
    now = scripted.clock.now()
    with scripted.connection() as connection:
        changes_of(connection).since(now + HOUR, now)
        changes_of(connection).since(now - timedelta(days=90), now)
    starts = [parse_qs(asked.query)["start"][0] for asked in scripted.asked[::2]]
    assert starts == ["2025-03-03T08:58:00Z", "2025-02-16T09:00:00Z"]


@pytest.mark.parametrize("code", ["INVALID_REPLICATION_DATE", "EXCEEDED_ID_LIMIT"])
def test_a_log_the_org_will_not_give_means_look_at_everything(scripted: ScriptedOrg, code: str) -> None:
    """Too long ago, or too much at once."""
    scripted.answers = [Answer(400, [{"errorCode": code, "message": "x"}])]
    now = scripted.clock.now()
    with scripted.connection() as connection:
        news = changes_of(connection).since(now - HOUR, now)
    assert (news.is_whole, news.covered_until) == (False, now)


def test_another_refusal_is_told(scripted: ScriptedOrg) -> None:
    """A right that is missing is not a log that is too short."""
    scripted.answers = [Answer(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "x"}])]
    with scripted.connection() as connection, pytest.raises(PermanentError) as caught:
        changes_of(connection).since(scripted.clock.now() - HOUR, scripted.clock.now())
    assert caught.value.code == "salesforce.insufficient_access"


@pytest.mark.parametrize(
    "answer", [Answer(200, []), log(latestDateCovered="soon"), log(deletedRecords=[{"no": "id"}])]
)
def test_a_log_that_cannot_be_read_is_asked_for_again(scripted: ScriptedOrg, answer: Answer) -> None:
    """Nothing is concluded from it."""
    scripted.answers = [answer]
    with scripted.connection() as connection, pytest.raises(TransientError) as caught:
        changes_of(connection).since(scripted.clock.now() - HOUR, scripted.clock.now())
    assert caught.value.code == "remote.unreadable"


def test_more_merges_than_a_look_takes_mean_look_at_everything(scripted: ScriptedOrg) -> None:
    """The calls of one look are counted; ten pages are its end."""
    page = {"totalSize": 9, "done": False, "records": [{"Id": "003A"}], "nextRecordsUrl": "/services/x"}
    scripted.answers = [log(), *[Answer(200, page)] * 11]
    with scripted.connection() as connection:
        news = changes_of(connection).since(scripted.clock.now() - HOUR, scripted.clock.now())
        assert not news.is_whole
        assert connection.calls_made == 12


def test_three_hundred_contacts_are_one_call(org: StandInOrg, connection: SalesforceConnection) -> None:
    """What a look costs is known before it begins."""
    ids = [f"003{number:012d}AAA" for number in range(301)]
    assert changes_of(connection).standing(ids[:300]) == {}
    before = connection.calls_made
    changes_of(connection).standing(ids)
    assert connection.calls_made - before == 2


def test_following_leaves_the_last_calls_to_sign_ins(
    org: StandInOrg, connection: SalesforceConnection
) -> None:
    """Below a tenth of the day's allowance it stops, and says until when."""
    org.switch(daily_limit_max=100, daily_limit_used=95)
    connection.read("limits", "API")
    with pytest.raises(BudgetError):
        changes_of(connection).since(org.clock.now() - HOUR, org.clock.now())


def test_a_bin_that_holds_on_to_the_subject_is_for_a_person(
    org: StandInOrg, connection: SalesforceConnection
) -> None:
    """No document says whether a real org's bin does; where it does, nothing is forced."""
    org.switch(deleted_keep_unique=True)
    winner = org.add("Contact", LastName="W")
    loser = org.add("Contact", LastName="L", FC_Subject__c="who")
    org.merge(winner, loser)
    with pytest.raises(AmbiguousContactError) as caught:
        changes_of(connection).certify(winner, loser, "who")
    assert caught.value.code == "contact.subject_in_bin"


def test_after_a_purge_the_subject_alone_is_written(
    org: StandInOrg, connection: SalesforceConnection
) -> None:
    """What was certified is stored nowhere else; the link at least is said."""
    winner = org.add("Contact", LastName="W", FirstName="Own")
    changes_of(connection).certify(winner, "003000000000999AAA", "who")
    (row,) = org.records("SELECT FC_Subject__c, FC_Birth_Name__c, FirstName FROM Contact")
    assert (row["FC_Subject__c"], row["FC_Birth_Name__c"], row["FirstName"]) == ("who", None, "Own")


def test_a_deleted_contact_is_never_made_again_behind_an_agents_back(
    org: StandInOrg, connection: SalesforceConnection
) -> None:
    """Where the bin holds the subject, the next creation is an agent's doubt and not an error page."""
    org.switch(deleted_keep_unique=True)
    contacts = SalesforceContacts(connection, load_salesforce("contact"))
    made = contacts.create("who", certified(uncertified()))
    connection.write("DELETE", f"sobjects/Contact/{made}", {}, "Contact")
    with pytest.raises(AmbiguousContactError) as caught:
        contacts.create("who", certified(uncertified()))
    assert caught.value.code == "contact.subject_in_bin"


def test_the_org_says_who_it_is(org: StandInOrg, connection: SalesforceConnection) -> None:
    """Eighteen characters, as its messages bear them."""
    (row,) = org.records("SELECT Id FROM Organization")
    assert organization_id(connection) == row["Id"]


def test_an_org_without_a_name_is_asked_again(scripted: ScriptedOrg) -> None:
    """No message is believed meanwhile."""
    scripted.answers = [Answer(200, {"identity": "https://login.example/other"})]
    with scripted.connection() as connection, pytest.raises(TransientError):
        organization_id(connection)
