"""Agents work the queue in Chromium: a doubt, its evidence, a link, and the way back out of it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, insert

from bridge.adapters.secrets import FernetVault
from bridge.adapters.store.agent_sessions import PURPOSE
from bridge.adapters.store.tables import agent_sessions, agents
from bridge.domain.agent import Role
from run.town_hall import TownHall
from tests.browser.conftest import Window
from tests.browser.pages import sign_in, sign_in_button

pytestmark = pytest.mark.browser
KEPT = Path(__file__).parents[2] / "docs" / "screenshots"
REASON = "Carte d’identité vue au guichet le 3 mars."
Picture = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def agent_cookie(town_hall: TownHall) -> dict[str, str]:
    """Sign an agent in by a row, as the door does at its end; give the cookie."""
    settings, token, now = town_hall.services.settings, secrets.token_urlsafe(32), datetime.now(UTC)
    vault = FernetVault(settings.encryption_keys.values())
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(
            insert(agents).values(
                id="a_camille",
                login_hash="camille",
                sealed_login="sealed",
                role=Role.ADMINISTRATOR,
                sectors=[],
                added_at=now,
            )
        )
        connection.execute(
            insert(agent_sessions).values(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                id="as_1",
                agent_id="a_camille",
                sealed_display_name=vault.seal(PURPOSE, "Camille Renaud"),
                sealed_id_token="sealed",
                signed_in_at=now,
                last_seen_at=now,
            )
        )
    engine.dispose()
    return {"name": "agent", "value": token, "url": town_hall.url}


@pytest.fixture(scope="module")
def known_in_half(town_hall: TownHall) -> None:
    """Have the org know somebody in half, and somebody else of that name."""
    assert town_hall.stand_ins
    org = town_hall.stand_ins.salesforce
    half = {"LastName": "Huché", "FirstName": "Anne-Laure", "Birthdate": "1945-09-30"}
    other = {
        "LastName": "Huché",
        "FirstName": "Anne-Laure",
        "FC_Gender__c": "male",
        "FC_Birth_Place__c": "13055",
    }
    other |= {"FC_Birth_Place__c": "13055", "FC_Birth_Country__c": "99100"}
    for fields in (half, other):
        requests.post(
            f"{org['instance_url']}/services/data/v62.0/sobjects/Contact",
            json=fields,
            headers={"Authorization": f"Bearer {org['access_token']}"},
            timeout=10,
        ).raise_for_status()


@pytest.fixture
def console(window: Window, agent_cookie: dict[str, str]) -> Callable[..., Page]:
    """Give windows of the signed-in agent."""

    def open_console(**options: object) -> Page:
        page = window(**options)
        page.context.add_cookies([agent_cookie])  # type: ignore[list-item]  # playwright's own cookie type
        return page

    return open_console


def keep(page: Page, name: str) -> None:
    """Keep a picture for the guide."""
    KEPT.mkdir(exist_ok=True)
    page.screenshot(path=KEPT / f"{name}.png", full_page=True)


def test_an_agent_works_the_queue(
    window: Window, console: Callable[..., Page], known_in_half: None, picture: Picture, town_hall: TownHall
) -> None:
    """List, side by side, link with a reason; the citizen's open session gets its requests; then undo."""
    citizen = window()
    citizen.goto("/")
    sign_in_button(citizen).click()
    sign_in(citizen, "prénom_composé")
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Un agent vérifie votre identité")

    page = console()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/agents/")
    expect(page.get_by_role("status")).to_contain_text("1 doute")
    keep(page, "console-home")
    page.get_by_role("link", name="Qui est cette personne ?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Doutes")
    keep(page, "console-queue")
    page.get_by_role("link", name="Qui est cette personne ?").click()
    expect(page.locator("table.compare")).to_contain_text("FranceConnect certifie")
    keep(page, "console-side-by-side")

    page.get_by_role("radio", name="Relier à la fiche").check()
    page.get_by_label("Pourquoi ?").fill(REASON)
    page.get_by_role("button", name="Décider").click()
    expect(page.get_by_role("region", name="Décision")).to_contain_text(REASON)
    picture(page, "console-decided")
    citizen.goto("/")
    expect(citizen.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    expect(citizen.locator("main")).to_contain_text("un agent de la mairie a vérifié")

    page.goto("/agents/liens")
    page.get_by_label("Identifiant de la fiche").fill(linked_contact(town_hall))
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="l_").first.click()
    page.get_by_role("link", name="Défaire ce lien…").click()
    picture(page, "console-undo")
    page.get_by_label("Pourquoi ?").fill("Le dossier papier est celui de sa sœur.")
    page.get_by_role("button", name="Défaire le lien").click()
    expect(page.locator("main")).to_contain_text("Ce lien est défait.")
    keep(page, "console-link-history")
    citizen.goto("/")
    expect(sign_in_button(citizen)).to_be_visible()
    sign_in_button(citizen).click()
    sign_in(citizen, "prénom_composé")
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Un agent vérifie votre identité")
    page.goto("/agents/journal")
    expect(page.locator("main")).to_contain_text("link.undone")
    picture(page, "console-journal")
    assert complaints == [], "the browser found something to say about our own policy"


def linked_contact(town_hall: TownHall) -> str:
    """Give the Contact of the org that bears an agent's link, asked of the org."""
    assert town_hall.stand_ins
    org = town_hall.stand_ins.salesforce
    found = requests.get(
        f"{org['instance_url']}/services/data/v62.0/query",
        params={"q": "SELECT Id FROM Contact WHERE LastName = 'Huché' AND FC_Subject__c != null"},
        headers={"Authorization": f"Bearer {org['access_token']}"},
        timeout=10,
    ).json()["records"]
    return str(found[0]["Id"])
