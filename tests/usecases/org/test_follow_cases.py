"""What agents change in the org's Cases: theirs, a conflict, or a stop for a person."""

from __future__ import annotations

import pytest

from bridge.domain.causes import CASE_CONTESTED, CASE_DELETED, CASE_UNKEYED
from bridge.usecases import follow_cases
from bridge.usecases.follow_cases import EVERY, CasesSummary
from bridge.usecases.ports import CaseMark
from tests.servers.org_hall import OrgHall


def test_what_we_wrote_ourselves_is_no_news(hall: OrgHall) -> None:
    """Thousands of our own writes cost a look one call and nothing else; told by id, an echo is dropped."""
    hall.sent(*range(1, 6))
    hall.look()  # learns who we are
    before = hall.connection.calls_made
    assert hall.look() == CasesSummary()
    assert hall.connection.calls_made - before == 1
    with hall.store.begin() as tx:
        tx.case_feed.notice([hall.theirs()["Id"]], hall.clock.now())
    assert hall.follow() == CasesSummary(looked_at=1)
    assert hall.conflicts() == []


def test_what_agents_own_is_left_alone(hall: OrgHall) -> None:
    """Priority and comments are theirs: no conflict, and the next push does not touch them."""
    hall.sent(1)
    hall.edit(Priority="High", Comments="Vu avec le service.")
    assert hall.look() == CasesSummary(looked_at=1)
    hall.sent(1, CD_ETAT="ACC")
    assert hall.theirs()["Priority"] == "High"
    assert hall.conflicts() == []


def test_the_source_wins_on_its_fields_and_the_history_says_so(hall: OrgHall) -> None:
    """The agent's value is written over once, what is theirs stays, and who, when, which field is kept."""
    hall.sent(1)
    before = hall.theirs()
    hall.edit(Phase__c="closed", Status="Closed", Priority="High")
    assert hall.look() == CasesSummary(looked_at=1, rewritten=1)
    assert hall.push().applied == 1
    after = hall.theirs()
    assert (after["Phase__c"], after["Priority"]) == (before["Phase__c"], "High")
    (conflict,) = hall.conflicts_of()
    assert (conflict.fields, conflict.outcome) == (("Phase__c", "Status"), "rewritten")
    (agent,) = hall.org.records("SELECT Id FROM User WHERE Username = 'agent@ville.example'")
    assert conflict.changed_by == agent["Id"]
    assert hall.bell.rung == ["push"]


def test_a_change_is_answered_once_however_often_it_is_told(hall: OrgHall) -> None:
    """The walk goes back a while each time, and a message may come three times: one conflict, one push."""
    hall.sent(1)
    salesforce_id = hall.edit(Subject="Portail")
    assert hall.look().rewritten == 1
    for _ in range(3):
        with hall.store.begin() as tx:
            tx.case_feed.notice([salesforce_id], hall.clock.now())
        assert hall.follow().rewritten == 0
    assert hall.push().applied == 1
    assert hall.push() == hall.push()
    assert hall.conflicts() == [(("Subject",), "rewritten")]


def test_a_quarrel_ends_and_is_shown(hall: OrgHall) -> None:
    """An automatism that writes a field again each time is met three times a day, then a person is asked."""
    hall.sent(1)
    for turn in range(3):
        hall.edit(Subject=f"Portail {turn}")
        assert hall.look().rewritten == 1
        assert hall.push().applied == 1
    hall.edit(Subject="Portail encore")
    assert hall.look().held == 1
    assert hall.push().applied == 0
    assert hall.stopped() == {CASE_CONTESTED: 1}
    hall.tell(1, CD_ETAT="ACC")
    assert hall.push().applied == 0
    assert hall.replay_all() == 0
    assert hall.push().applied == 1
    assert hall.theirs()["Phase__c"] == "decided"


def test_a_case_agents_made_is_not_our_business(hall: OrgHall) -> None:
    """A request by telephone, typed into the org, bears no key of ours."""
    hall.sent(1)
    other = hall.org.add("Case", Subject="Appel téléphonique")
    hall.org.edit("Case", other, Priority="High")
    assert hall.look() == CasesSummary()


def test_a_deleted_case_stops_until_it_is_restored(hall: OrgHall) -> None:
    """No second Case is made behind the agent's back; out of the bin, it goes on by itself."""
    hall.sent(1)
    salesforce_id = str(hall.theirs()["Id"])
    hall.org.delete("Case", salesforce_id)
    assert hall.look().held == 1
    assert hall.stopped() == {CASE_DELETED: 1}
    hall.tell(1, CD_ETAT="ACC")
    assert hall.push().applied == 0
    assert hall.count() == 0
    hall.clock.move(EVERY)
    hall.org.control("undelete", ids=[salesforce_id])
    assert hall.look().released == 1
    assert hall.push().applied == 1
    assert (hall.theirs()["Id"], hall.theirs()["Phase__c"]) == (salesforce_id, "decided")


def test_a_deleted_case_is_made_anew_when_a_person_says_so(hall: OrgHall) -> None:
    """With what agents own, as a Case the org never had."""
    hall.sent(1)
    gone = str(hall.theirs()["Id"])
    hall.org.delete("Case", gone)
    hall.look()
    assert hall.replay_all() == 0
    assert hall.push().applied == 1
    assert hall.theirs()["Id"] != gone
    assert hall.stopped() == {}


def test_a_key_put_back_by_hand_lets_the_case_go_on(hall: OrgHall) -> None:
    """The stop ends with its cause."""
    hall.sent(1)
    salesforce_id = hall.edit(Source_Key__c=None)
    assert hall.look().held == 1
    assert hall.stopped() == {CASE_UNKEYED: 1}
    hall.clock.move(EVERY)
    hall.org.edit("Case", salesforce_id, Source_Key__c="urbanisme:DP 1")
    assert hall.look().released == 1
    assert hall.stopped() == {}


def test_a_contact_put_on_a_case_of_nobody_stays_and_makes_nobody_its_citizen(hall: OrgHall) -> None:
    """Who somebody is is decided in the console, by rules and with a reason, not by a lookup field."""
    hall.sent(1)
    contact = hall.org.add("Contact", LastName="Mercier")
    hall.edit(ContactId=contact)
    assert hall.look() == CasesSummary(looked_at=1, left=1)
    assert hall.look().left == 0
    hall.sent(1, CD_ETAT="ACC")
    assert hall.theirs()["ContactId"] == contact
    assert hall.ours().link_id is None
    assert hall.conflicts() == [(("ContactId",), "left")]


def test_thousands_of_changes_in_one_second_are_all_seen(
    hall: OrgHall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A walk goes by time and id: pages of one moment follow each other, over several looks if need be."""
    numbers = range(1, 8)
    hall.sent(*numbers)
    hall.clock.move(EVERY)
    for number in numbers:
        hall.org.edit("Case", str(hall.theirs(number)["Id"]), Subject=f"Portail {number}")
    monkeypatch.setattr("bridge.adapters.salesforce.case_changes.PAGE", 2)
    monkeypatch.setattr(follow_cases, "_MOST_PAGES", 2)
    assert [hall.follow().rewritten for _ in range(3)] == [4, 3, 0]
    with hall.store.read() as tx:
        state = tx.case_feed.state()
    assert state is not None
    assert state.mark == CaseMark(hall.clock.now())


def test_an_org_that_is_away_is_asked_again_from_where_we_were(hall: OrgHall) -> None:
    """What was changed meanwhile is seen at the next look."""
    hall.sent(1)
    hall.look()
    hall.edit(Subject="Portail")
    hall.org.switch(status=503, calls=1)
    assert hall.look().error_code is not None
    assert hall.follow.is_due() is False
    assert hall.look().rewritten == 1


def test_notices_wait_while_the_org_is_away(hall: OrgHall) -> None:
    """A named Case is not asked for each half minute in vain, and is not forgotten."""
    hall.sent(1)
    hall.look()
    salesforce_id = hall.edit(Subject="Portail")
    with hall.store.begin() as tx:
        tx.case_feed.notice([salesforce_id], hall.clock.now())
        tx.case_feed.failed(hall.clock.now(), hall.clock.now() + EVERY)
    before = hall.connection.calls_made
    assert hall.follow() == CasesSummary()
    assert hall.connection.calls_made == before
    assert hall.look().rewritten == 1
