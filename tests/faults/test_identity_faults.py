"""The life of a link on the running service: killed, cut off, corrected, merged (F75, F79, F82, F83)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.faults.running_service import NOTIFICATION_TOKEN, Service, running_service
from tests.servers.patience import PATIENCE_S, wait_for

LINKS = "SELECT id, person_id, contact_id FROM identity_links"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the module."""
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture
def service(served: Service) -> Service:
    """The service without people."""
    served.clean()
    return served


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """A browser without cookies."""
    with requests.Session() as session:
        yield session


def one_person(service: Service) -> tuple[str, str]:
    """Check that there is one Contact and one link, which belong together; give their ids."""
    (contact,), (link,) = service.contacts(), service.rows(LINKS)
    assert link[2] == contact["Id"]
    assert contact["FC_Subject__c"] == service.rows("SELECT subject_hash FROM identity_links")[0][0]
    return str(contact["Id"]), str(link[0])


def test_f75_a_callback_killed_after_the_exchange_leaves_no_orphan(
    service: Service, browser: requests.Session
) -> None:
    """The Contact was being made when the process died; the person starts again and is found."""
    address = service.called_back_at(browser)
    service.org.switch(after_write="hold", hold_s=5.0, write_calls=1)
    died: list[bool] = []

    def come_back() -> None:
        try:
            service.get(browser, address)
        except requests.RequestException:
            died.append(True)

    visit = threading.Thread(target=come_back)
    visit.start()
    wait_for(lambda: len(service.contacts()) == 1)
    service.kill()
    visit.join(PATIENCE_S)
    assert died == [True]
    assert service.rows(LINKS) == []
    service.start()

    assert service.get(browser, address).status_code == 401
    with requests.Session() as again:
        assert service.sign_in(again).status_code == 303
    one_person(service)


def test_f79_a_new_sub_with_the_same_civil_status_is_the_same_person(
    service: Service, browser: requests.Session
) -> None:
    """An accent corrected in the State's register changes the `sub`, and nothing else for the citizen."""
    service.sign_in(browser)
    contact_id, link_id = one_person(service)
    bore = service.contacts()[0]["FC_Subject__c"]
    service.france_connect.order("identities", login="test", given_names=["Ángela", "Claire", "Louise"])

    with requests.Session() as later:
        assert service.sign_in(later).status_code == 303
        assert "<h1>" in service.home(later)

    assert one_person(service) == (contact_id, link_id)
    assert service.contacts()[0]["FC_Subject__c"] != bore


def test_f79_a_corrected_name_is_never_a_silent_new_account(
    service: Service, browser: requests.Session
) -> None:
    """The person is told that we did not recognise them, an agent is shown both, and no Contact is made."""
    service.sign_in(browser)
    contact_id, link_id = one_person(service)
    service.france_connect.order("identities", login="test", family_name="DUBOIS-CORRIGE")

    with requests.Session() as later:
        assert service.sign_in(later).status_code == 303
        page = service.home(later)

    assert "su vous reconnaître" in page
    assert one_person(service) == (contact_id, link_id)
    asked = service.rows("SELECT kind, link_id, candidate_ids FROM link_reviews")
    assert asked == [("new_subject", link_id, f'["{contact_id}"]')]


def test_f82_a_second_sign_in_finds_the_contact_of_the_first(
    service: Service, browser: requests.Session
) -> None:
    """Made in the org, but its answer was lost: the next sign-in takes that Contact, no second one."""
    service.org.switch(after_write="drop", write_calls=1)
    assert service.sign_in(browser).status_code == 503
    assert (len(service.contacts()), service.rows(LINKS)) == (1, [])

    with requests.Session() as again:
        assert service.sign_in(again).status_code == 303

    one_person(service)
    assert service.rows("SELECT method FROM identity_links") == [("recovered",)]


def test_f82_a_redirect_that_never_arrives_costs_nothing(service: Service, browser: requests.Session) -> None:
    """The browser closed before our answer came; the person comes back and is known."""
    service.sign_in(browser)
    before = one_person(service)
    with requests.Session() as another:
        assert service.sign_in(another).status_code == 303
    assert one_person(service) == before


def test_f83_many_first_sign_ins_at_once_are_one_person(service: Service) -> None:
    """Two tabs, two devices, all at the same moment: one Contact, one link, and no error shown."""
    browsers = [requests.Session() for _ in range(6)]
    addresses = [service.called_back_at(browser) for browser in browsers]
    start = threading.Barrier(len(browsers))

    def come_back(number: int) -> int:
        start.wait(PATIENCE_S)
        return service.get(browsers[number], addresses[number]).status_code

    with ThreadPoolExecutor(len(browsers)) as threads:
        assert list(threads.map(come_back, range(len(browsers)))) == [303] * len(browsers)
    one_person(service)
    assert service.rows("SELECT count(*) FROM link_reviews") == [(0,)]
    for browser in browsers:
        browser.close()


def test_a_merge_in_the_org_is_followed_at_its_word(service: Service, browser: requests.Session) -> None:
    """Agents merge, the org says so by an outbound message, and the link is where the person is."""
    service.sign_in(browser)
    old, link_id = one_person(service)
    winner = service.org.add("Contact", LastName="DUBOIS", FirstName="Angela")
    endpoint = f"{service.url}/webhooks/salesforce/{NOTIFICATION_TOKEN}"
    service.org.control("outbound-messages", sobject="Contact", endpoint=endpoint, first_retry_s=0.2)
    service.org.merge(winner, old)
    wait_for(lambda: service.rows("SELECT count(*) FROM contact_notices") != [(0,)])

    assert "moved 1" in service.command("contacts", "follow")

    assert one_person(service) == (winner, link_id)
    with requests.Session() as later:
        assert service.sign_in(later).status_code == 303
    assert one_person(service) == (winner, link_id)


def test_signing_in_while_the_contact_is_gone_is_no_error(
    service: Service, browser: requests.Session
) -> None:
    """A deleted Contact keeps nobody out, is not made again, and is shown to an agent."""
    service.sign_in(browser)
    contact_id, _link = one_person(service)
    requests.delete(
        f"{service.org.url}/services/data/v62.0/sobjects/Contact/{contact_id}",
        headers={"Authorization": f"Bearer {service.org.ready['access_token']}"},
        timeout=PATIENCE_S,
    ).raise_for_status()
    assert service.follow().gone == 1
    service.france_connect.order("identities", login="test", given_names=["Ángela", "Claire", "Louise"])

    with requests.Session() as later:
        assert service.sign_in(later).status_code == 303
        assert service.get(later, "/").status_code == 200

    assert service.contacts() == []
    assert service.rows("SELECT kind FROM link_reviews") == [("contact_gone",)]
    service.org.control("undelete", ids=[contact_id])
    assert service.follow().back == 1
    assert service.rows("SELECT count(*) FROM link_reviews WHERE decided_at IS NULL") == [(0,)]
