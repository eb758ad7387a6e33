"""What happens in the org: no loss, no second Case (F46, F48–F51)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from flask import Flask
from sqlalchemy import URL, create_engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.domain.causes import CASE_UNKEYED, NOTICE_UNREADABLE
from bridge.domain.reconciliation import Finding
from bridge.http.access import guard
from bridge.http.correlation import follow_requests
from bridge.http.problems import answer_problems
from bridge.usecases.follow_cases import EVERY
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.outbound_envelope import Notification, envelope, is_acknowledged
from tests.fakes.vault import FakeVault
from tests.servers.loopback import serving
from tests.servers.org import StandInOrg
from tests.servers.org_hall import CAMILLE, OrgHall, org_hall
from tests.servers.patience import wait_for
from tests.servers.postgresql import database
from tests.usecases.people import certified
from webhooks.salesforce import salesforce_blueprint

TOKEN = "t" * 40
HOOK = f"/webhooks/salesforce/{TOKEN}"


@pytest.fixture
def hall(sqlite_store: SqlStore, served_org: StandInOrg) -> Iterator[OrgHall]:
    """Give a town hall whose org is as on its first day."""
    with org_hall(sqlite_store, served_org) as hall:
        yield hall


def door(store: SqlStore, org: StandInOrg) -> Flask:
    """Give the application that outbound messages go to."""
    app = Flask("door")
    follow_requests(app)
    guard(app, lambda _request: None, lambda _request: None)
    organization_id = str(org.ready["access_token"]).partition("!")[0]
    app.register_blueprint(salesforce_blueprint(store, org.clock, TOKEN, lambda: make_id("00D", 1)))
    assert make_id("00D", 1).startswith(organization_id)
    answer_problems(app)
    return app


def posted(app: Flask, *notifications: Notification) -> bool:
    """Send one message; tell whether it was acknowledged."""
    body = envelope(make_id("00D", 1), "https://ville.example", notifications)
    answer = app.test_client().post(HOOK, data=body, content_type="text/xml; charset=utf-8")
    return answer.status_code == 200 and is_acknowledged(answer.data)


def noticed(store: SqlStore) -> tuple[str, ...]:
    """Give the Cases to look at."""
    with store.read() as tx:
        return tx.case_feed.noticed(200)


def test_f46_a_request_follows_its_merged_contact_and_nothing_is_pushed_back(hall: OrgHall) -> None:
    """The merge moved the Case: that is no quarrel over it, whichever of the two we see first."""
    hall.tell(1)
    link = hall.link(certified()).link
    assert link is not None
    assert hall.push().applied == 1
    hall.follow_contacts(at_once=True)
    assert hall.theirs()["ContactId"] == link.contact_id
    winner = hall.org.add("Contact", LastName="DUBOIS")
    hall.org.merge(winner, link.contact_id)
    hall.edit(Priority="High")
    assert hall.look().rewritten == 0
    assert hall.follow_contacts().moved == 1
    assert hall.push().applied == 1
    assert hall.look().rewritten == 0
    assert (hall.theirs()["ContactId"], hall.ours().contact_id) == (winner, winner)
    assert hall.conflicts() == []


def test_f46_a_contact_put_on_somebody_s_request_by_hand_is_told_and_taken_back_once(hall: OrgHall) -> None:
    """Whose a request is was decided with a reason: the org's lookup field does not give it to another."""
    hall.tell(1)
    link = hall.link(certified()).link
    assert link is not None
    hall.push()
    other = hall.org.add("Contact", LastName="Mercier")
    hall.edit(ContactId=other)
    assert hall.look().rewritten == 1
    assert hall.push().applied == 1
    assert hall.look().rewritten == 0
    assert (hall.theirs()["ContactId"], hall.ours().link_id) == (link.contact_id, link.id)
    assert hall.conflicts() == [(("ContactId",), "rewritten")]


def test_f48_a_cleared_key_is_found_by_the_case_s_own_id_and_no_second_case_is_made(hall: OrgHall) -> None:
    """Stopped at the next look, whatever the source says meanwhile; a replay puts the key back."""
    hall.sent(1, 2)
    kept = hall.edit(Source_Key__c=None)
    assert hall.look().held == 1
    assert hall.stopped() == {CASE_UNKEYED: 1}
    hall.sent(1, CD_ETAT="ACC")
    assert hall.count() == 2
    assert hall.compare().tally.counts[Finding.UNKEYED] == 1
    assert hall.replay_all() == 0
    assert hall.push().applied == 1
    assert (hall.theirs()["Id"], hall.theirs()["Phase__c"]) == (kept, "decided")
    assert hall.count() == 2
    assert hall.compare().tally.agrees


def test_f48_a_change_pushed_before_anybody_looked_is_told_with_both_cases(hall: OrgHall) -> None:
    """The one way to a second Case is a push within minutes of the clearing: it stops, and names both."""
    hall.sent(1)
    first = hall.edit(Source_Key__c=None)
    assert hall.sent(1, CD_ETAT="ACC").parked == 1
    (cause,) = hall.replay.causes(CAMILLE)
    (item,) = hall.replay.items(cause, 0)
    assert cause.cause_code == "CASE_RECREATED"
    assert first in item.explanation
    assert hall.theirs()["Id"] in item.explanation


def test_f49_a_notification_three_times_and_out_of_order_has_one_effect(hall: OrgHall) -> None:
    """What counts is the Case as it is when we look: one conflict, one push, and the newest state stays."""
    hall.sent(1)
    hall.look()
    app = door(hall.store, hall.org)
    salesforce_id = hall.edit(Subject="Portail")
    older = Notification(make_id("04l", 1), "Case", {"Id": salesforce_id, "Subject": "Portail"})
    hall.edit(Subject="Portail vert")
    newer = Notification(make_id("04l", 2), "Case", {"Id": salesforce_id, "Subject": "Portail vert"})
    for each in (newer, older, newer, older, older):
        assert posted(app, each)
    assert noticed(hall.store) == (salesforce_id,)
    assert hall.follow().rewritten == 1
    assert hall.push().applied == 1
    assert posted(app, older)
    assert noticed(hall.store) == ()
    assert hall.look().rewritten == 0
    assert hall.conflicts() == [(("Subject",), "rewritten")]


def test_f50_a_message_is_not_acknowledged_while_our_database_is_down(
    served_org: StandInOrg, postgresql: URL, migrated_postgresql: URL
) -> None:
    """The org keeps it and says it again: what it named is noted then."""
    org = served_org
    with database(postgresql, migrated_postgresql.database or "") as url:
        store = SqlStore(create_store_engine(url.render_as_string(hide_password=False)), FakeVault())
        org.reset()
        case_id = org.add("Case", Subject="Clôture")
        admit(url, False)
        with serving(lambda _address: door(store, org)) as address:
            order = {"sobject": "Case", "endpoint": address + HOOK, "first_retry_s": 0.1}
            org.control("outbound-messages", **order)
            org.edit("Case", case_id, Subject="Portail")
            wait_for(lambda: messages(org)["refused"] > 0)
            assert messages(org)["acknowledged"] == 0
            admit(url, True)
            wait_for(lambda: messages(org)["acknowledged"] == 1)
        assert noticed(store) == (case_id,)
        org.reset()
        store._engine.dispose()


def test_f50_what_no_message_told_in_a_day_is_found_by_the_time_of_change(hall: OrgHall) -> None:
    """The org gives up after 24 hours; the walk by SystemModstamp goes on where it was."""
    hall.sent(1)
    hall.look()
    hall.edit(Subject="Portail")
    hall.clock.move(EVERY * 400)
    assert hall.look().rewritten == 1
    assert hall.conflicts() == [(("Subject",), "rewritten")]


def test_f51_one_bad_notification_among_a_hundred_is_parked_and_all_are_acknowledged(hall: OrgHall) -> None:
    """Ninety-nine Cases are noted, the 57th notification waits for a person, one Ack ends the repetition."""
    ids = [make_id("500", number) for number in range(1, 101)]
    told = [
        Notification(make_id("04l", number), "Case", {"Id": "nonsense" if number == 57 else record})
        for number, record in enumerate(ids, 1)
    ]
    assert posted(door(hall.store, hall.org), *told)
    assert set(noticed(hall.store)) == set(ids) - {ids[56]}
    assert hall.stopped() == {NOTICE_UNREADABLE: 1}
    hall.follow(at_once=True)
    assert hall.follow.is_due() is False
    assert hall.replay_all() == 0
    assert hall.stopped() == {}
    assert hall.follow.is_due() is True


def messages(org: StandInOrg) -> dict[str, int]:
    """Give how far the org's outbound messages are."""
    found: dict[str, int] = requests.get(f"{org.url}/sandbox/outbound-messages", timeout=10).json()
    return found


def admit(url: URL, admitted: bool) -> None:
    """Shut the database: whoever is in is put out, and nobody comes in; or open it again."""
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = url.database
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(admitted).lower()}")
        if not admitted:
            out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %(name)s"
            connection.exec_driver_sql(out, {"name": name})
    engine.dispose()
