"""The console as agents use it: in by ProConnect's door, with something to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from playwright.sync_api import Page

from bridge.domain.synchronisation import ParkedRecord
from run.commands.together import invite_agents
from run.town_hall import TownHall
from tests.browser.pages import sign_in, sign_in_button

REVIEWER, ADMINISTRATOR = "rene.dupuis@issy.example", "ada.bernard@issy.example"
IN_DOUBT = "prénom_composé"
HALF_KNOWN = {"LastName": "Huché", "FirstName": "Anne-Laure", "Birthdate": "1945-09-30"}
HALF_KNOWN |= {"FC_Birth_Place__c": "31069", "FC_Birth_Country__c": "99100"}
NAMESAKE = {"LastName": "Huche", "FirstName": "Anne-Laure", "FC_Gender__c": "male"}
NAMESAKE |= {"FC_Birth_Place__c": "13055", "FC_Birth_Country__c": "99100"}


def furnish(town_hall: TownHall) -> None:
    """Invite the agents; let the org know somebody in half and a namesake; let three records stop."""
    assert town_hall.stand_ins
    invite_agents(town_hall)
    for fields in (HALF_KNOWN, NAMESAKE):
        _ask(town_hall.stand_ins.salesforce, "POST", "sobjects/Contact", json=fields)
    with town_hall.services.store.begin() as tx:
        tx.intake.park([_stopped(number) for number in range(3)])


def enter(page: Page, email: str) -> None:
    """Come to the console's first page through ProConnect."""
    page.goto("/agents/")
    page.get_by_role("link", name="S’identifier avec ProConnect").click()
    page.get_by_role("button", name=email).click()
    page.wait_for_url("**/agents/")


def come_as_citizen_in_doubt(page: Page) -> None:
    """Sign in as somebody an agent has to look at."""
    page.goto("/")
    sign_in_button(page).click()
    sign_in(page, IN_DOUBT)


def linked_contact(town_hall: TownHall) -> str:
    """Give the Contact of that person as the org knows it, asked of the org."""
    assert town_hall.stand_ins
    query = "SELECT Id FROM Contact WHERE LastName = 'Huché' AND FC_Subject__c != null"
    found = _ask(town_hall.stand_ins.salesforce, "GET", "query", params={"q": query})
    return str(found["records"][0]["Id"])


def _ask(org: Mapping[str, Any], method: str, path: str, **more: Any) -> Any:
    answer = requests.request(
        method,
        f"{org['instance_url']}/services/data/v62.0/{path}",
        headers={"Authorization": f"Bearer {org['access_token']}"},
        timeout=60,
        **more,
    )
    answer.raise_for_status()
    return answer.json()


def _stopped(number: int) -> ParkedRecord:
    return ParkedRecord(
        id=f"k_{number}",
        source="urbanisme",
        source_case_id=f"DP 092040 15 1{number:03d}",
        position=f"ligne {number + 2}",
        cause_code="record.status_unmapped",
        mapping_key="status.words",
        explanation="urbanisme.yaml : status.words : « RETRAIT » n’est pas dans le tableau",
        parked_at=datetime.now(UTC) - timedelta(hours=30 - number),
        body={},
    )
