"""The pages of somebody in doubt: a code, a receipt, or an agent; French first, without JavaScript."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import LinkMethod
from bridge.errors import TransientError
from tests.fakes.clock import FakeClock
from tests.http.doubts import browser_of, post, site_of
from tests.http.reading import Reading
from tests.http.site import Browser, Site
from tests.http.visits import read
from tests.usecases.possession.doubt import Doubt, wrong
from tests.usecases.possession.receipts import SECRET, absorb
from tests.usecases.town import case

ON_ITS_WAY = "Si nous avons une adresse pour vous, un code est en route."


@pytest.fixture
def doubt(sqlite_store: SqlStore, clock: FakeClock) -> Doubt:
    """Give somebody in doubt."""
    return Doubt(sqlite_store, clock)


@pytest.fixture
def browser(doubt: Doubt) -> Browser:
    """Give their browser."""
    doubt.sign_in()
    return browser_of(site_of(doubt), doubt)


def test_the_first_page_offers_three_ways(browser: Browser) -> None:
    """A code by e-mail or SMS, a receipt, an agent; nothing of any record."""
    page = read(browser)
    assert list(page.sections) == ["Recevoir un code", "Donner un récépissé", "Attendre un agent"]
    assert "Recevoir un code par e-mail" in page.sections["Recevoir un code"]
    assert "Recevoir un code par SMS" in page.sections["Recevoir un code"]
    assert "Nous ne pouvons pas vous dire laquelle" in page.sections["Recevoir un code"]
    english = read(browser, language="en")
    assert list(english.sections) == ["Receive a code", "Give a receipt", "Wait for an agent"]


def test_a_town_without_mail_offers_no_code(doubt: Doubt, site: Site) -> None:
    """What cannot be done is not offered."""
    doubt.sign_in()
    assert list(read(browser_of(site_without_roads(doubt), doubt)).sections) == [
        "Donner un récépissé",
        "Attendre un agent",
    ]


def site_without_roads(doubt: Doubt) -> Site:
    """Give the application of a town that can send nothing."""
    site = site_of(doubt)
    none = replace(site.services.possession.request_code, channels=())
    possession = replace(site.services.possession, request_code=none)
    return Site.serving(replace(site.services, possession=possession), site)


def test_a_code_leads_to_the_requests(doubt: Doubt, browser: Browser) -> None:
    """Button, code, list: three pages, and the list says why one sees it."""
    asked = post(browser, "/identite/envoi", par="email")
    assert (asked.status_code, asked.location) == (303, "/identite/code")
    assert ON_ITS_WAY in read(browser, "/identite/code").text
    doubt.send()
    answered = post(browser, "/identite/code", code=doubt.mail.code)
    assert (answered.status_code, answered.location) == (303, "/?fait=prouvee")
    page = read(browser, answered.location)
    assert "C’est bien vous : voici vos demandes." in page.text
    assert "vous avez recopié le code envoyé" in page.sections["Pourquoi je vois ces demandes"]
    assert browser.get("/identite/code").location == "/"
    linked = doubt.link
    assert linked
    assert linked.method is LinkMethod.CODE


def test_a_wrong_code_is_said_and_may_be_tried_again(doubt: Doubt, browser: Browser) -> None:
    """The same page, with what to do; what was typed is not shown again."""
    post(browser, "/identite/envoi", par="sms")
    doubt.send()
    code = "".join(sign for sign in doubt.sms.sent[0][1].short if sign.isdigit())[:8]
    answer = post(browser, "/identite/code", code=wrong(code))
    assert answer.status_code == 422
    assert "Ce n’est pas le bon code." in Reading(answer.text).text
    assert wrong(code) not in answer.text
    assert post(browser, "/identite/code", code=code).status_code == 303


def test_a_receipt_leads_to_the_requests(doubt: Doubt, browser: Browser) -> None:
    """Number and secret of a request of that Contact."""
    absorb(doubt)
    [contact_id] = doubt.contacts.contacts
    doubt.cases.cases["urbanisme:DP 1"] = replace(case(doubt.store), contact_id=contact_id)
    refused = post(browser, "/identite/recepisse", numero="DP 1", secret="0000 0000 0000 0000")
    assert refused.status_code == 422
    assert "Ce numéro et ce code ne vont pas ensemble." in Reading(refused.text).text
    # That address answers no GET: the other language starts from the first page.
    assert 'href="/?langue=en"' in refused.text
    done = post(browser, "/identite/recepisse", numero="dp1", secret=SECRET)
    assert (done.status_code, done.location) == (303, "/?fait=prouvee")


def test_a_good_receipt_that_is_not_enough_says_so(doubt: Doubt, browser: Browser) -> None:
    """The org's Case belongs to nobody: an agent looks."""
    absorb(doubt)
    answer = post(browser, "/identite/recepisse", numero="DP 1", secret=SECRET)
    assert answer.status_code == 422
    assert "un agent vérifie, et vous n’avez rien d’autre à faire." in Reading(answer.text).text


@pytest.mark.parametrize("path", ["/identite/envoi", "/identite/code", "/identite/recepisse"])
def test_a72_only_our_own_pages_may_ask(doubt: Doubt, browser: Browser, path: str) -> None:
    """A form of another site changes nothing and sends nothing."""
    for headers in ({}, {"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = browser.post(
            path, data={"par": "email", "code": "1", "numero": "1", "secret": "1"}, headers=headers
        )
        assert answer.status_code == 403
        assert "request.cross_site" in answer.text
    assert doubt.bell.rung == []


@pytest.mark.parametrize("path", ["/identite/envoi", "/identite/code", "/identite/recepisse"])
def test_nobody_signed_in_is_asked_to(site: Site, path: str) -> None:
    """A doubt is about somebody."""
    assert post(site.visitor(), path).status_code == 401


def test_six_codes_are_too_many_for_a_day(doubt: Doubt, browser: Browser) -> None:
    """With what else one can do, and when to come back."""
    for _ in range(5):
        assert post(browser, "/identite/envoi", par="email").status_code == 303
    answer = post(browser, "/identite/envoi", par="email")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "Vous avez demandé assez de codes aujourd’hui." in Reading(answer.text).text
    assert "proof.limit" in answer.text


def test_a_road_nobody_offers_is_refused(browser: Browser) -> None:
    """Nor can one name an address."""
    answer = post(browser, "/identite/envoi", par="mallory@evil.example")
    assert answer.status_code == 400
    assert "proof.channel" in answer.text
    assert "mallory" not in answer.text


def test_an_org_that_is_away_says_try_again(doubt: Doubt, browser: Browser) -> None:
    """The code stays good."""
    post(browser, "/identite/envoi", par="email")
    doubt.send()
    doubt.contacts.failure = TransientError("away", system="salesforce", code="remote.timeout")
    assert post(browser, "/identite/code", code=doubt.mail.code).status_code == 503
    doubt.contacts.failure = None
    assert post(browser, "/identite/code", code=doubt.mail.code).status_code == 303
