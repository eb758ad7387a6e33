"""The pages people look at."""

from __future__ import annotations

import pytest

from tests.sandbox.salesforce.wire import Wire


@pytest.fixture
def shown(wire: Wire) -> Wire:
    """A Contact with a hostile name and 25 Cases."""
    contact = wire.create("Contact", LastName="<script>alert(1)</script>", FranceConnect_Sub__c="sub-1")
    records = [
        {"External_Key__c": f"TS/{n}", "Subject": f"Demande {n}", "ContactId": contact} for n in range(25)
    ]
    wire.upsert_many("Case", "External_Key__c", records)
    return wire


def test_home_says_what_it_is(shown: Wire) -> None:
    """The page says it is an imitation, shows the latest records and runs no text as code."""
    page = shown.session.get(shown.url + "/", timeout=10).text
    assert "Ce n’est pas Salesforce" in page
    assert "<script>" not in page
    assert "Demande 24" in page
    assert "Demande 3<" not in page


@pytest.mark.parametrize("wanted", ["ts/7", "00000008"])
def test_search(shown: Wire, wanted: str) -> None:
    """A Case is found by its external id or its number."""
    page = shown.session.get(shown.url + "/", params={"q": wanted}, timeout=10).text
    assert "00000008</a></li>" in page


def test_contact_with_its_cases(shown: Wire) -> None:
    """A Contact's page lists its Cases; an unknown record is a 404."""
    contact = shown.column("SELECT Id FROM Contact")[0]
    page = shown.session.get(f"{shown.url}/view/Contact/{contact}", timeout=10).text
    assert page.count("Demande ") == 25
    assert shown.session.get(f"{shown.url}/view/Contact/003", timeout=10).status_code == 404
    assert shown.session.get(f"{shown.url}/view/Nope", timeout=10).status_code == 404


def test_paging(shown: Wire) -> None:
    """Lists come twenty a page, in both directions."""
    first = shown.session.get(f"{shown.url}/view/Case", timeout=10).text
    second = shown.session.get(f"{shown.url}/view/Case", params={"page": 2}, timeout=10).text
    assert (first.count("Demande "), second.count("Demande ")) == (20, 5)
    assert "page=2" in first
    assert "Page précédente" in second


def test_viewing_is_not_an_api_call(shown: Wire) -> None:
    """Looking at pages costs no API budget."""
    used = shown.stats()["api_usage"]["used"]
    shown.session.get(shown.url + "/", timeout=10)
    assert shown.stats()["api_usage"]["used"] == used
