"""Agents work the queue in Chromium: a doubt, its evidence, a link, and the way back out of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from run.town_hall import TownHall
from tests.browser.conftest import SCREENSHOTS, Window
from tests.browser.console import (
    ADMINISTRATOR,
    REVIEWER,
    come_as_citizen_in_doubt,
    enter,
    furnish,
    linked_contact,
)
from tests.browser.pages import sign_in_button
from tests.browser.test_accessibility import CONTRASTS, SMALL_TARGETS, STRUCTURE

pytestmark = pytest.mark.browser
GUIDE = Path(__file__).parents[2] / "docs" / "screenshots"
REASON = "Carte d’identité vue au guichet le 3 mars."
Picture = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def furnished(town_hall: TownHall) -> TownHall:
    """Give a town hall with agents and something for them to do."""
    furnish(town_hall)
    return town_hall


def keep(page: Page, name: str) -> None:
    """Take a picture of the agents' guide; it replaces the one there when `KEEP_PICTURES` is set."""
    folder = GUIDE if os.environ.get("KEEP_PICTURES") else SCREENSHOTS
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"console-{name}.png", full_page=True)


def test_an_agent_works_the_queue(window: Window, picture: Picture, furnished: TownHall) -> None:
    """List, side by side, link with a reason; the citizen's open session gets its requests; then undo."""
    citizen, page = window(), window()
    come_as_citizen_in_doubt(citizen)
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")

    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    enter(page, REVIEWER)
    expect(page.get_by_role("status")).to_contain_text("1 doute, 3 arrêts")
    keep(page, "home")
    page.get_by_role("link", name="Qui est cette personne ?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Doutes")
    keep(page, "queue")
    page.get_by_role("link", name="Qui est cette personne ?").click()
    table = page.locator("table.compare")
    expect(table).to_contain_text("FranceConnect certifie")
    expect(table.locator(".differs").first).to_contain_text("≠ différent")
    keep(page, "side-by-side")

    page.get_by_role("radio", name="Relier à la fiche").first.check()
    page.get_by_label("Pourquoi ?").fill(REASON)
    page.get_by_role("button", name="Décider").click()
    expect(page.get_by_role("region", name="Décision")).to_contain_text(REASON)
    picture(page, "console-decided")
    citizen.goto("/")
    expect(citizen.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    expect(citizen.locator("main")).to_contain_text("un agent de la mairie a vérifié")

    page.goto("/agents/liens")
    page.get_by_label("Identifiant de la fiche").fill(linked_contact(furnished))
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="l_").first.click()
    page.get_by_role("link", name="Défaire ce lien…").click()
    picture(page, "console-undo")
    page.get_by_label("Pourquoi ?").fill("Le dossier papier est celui de sa sœur.")
    page.get_by_role("button", name="Défaire le lien").click()
    expect(page.locator("main")).to_contain_text("Ce lien est défait.")
    keep(page, "link")
    citizen.goto("/")
    expect(sign_in_button(citizen)).to_be_visible()
    come_as_citizen_in_doubt(citizen)
    expect(citizen.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")
    page.goto("/agents/doutes")
    expect(page.locator("main")).to_contain_text("Un agent a déjà défait un lien")
    assert complaints == [], "the browser found something to say about our own policy"


def test_the_console_holds_up(window: Window, picture: Picture, furnished: TownHall) -> None:
    """Narrow, dark, by structure, by contrast and by size of what one presses; without any script."""
    come_as_citizen_in_doubt(window())
    page = window(java_script_enabled=True, has_touch=True)
    enter(page, ADMINISTRATOR)
    page.goto("/agents/doutes")
    review = page.locator("td a").first.get_attribute("href")
    cause = "/agents/arrets/fiche/urbanisme/record.status_unmapped"
    journal = "/agents/journal"
    for path in ("/agents/", "/agents/doutes", review, "/agents/liens", "/agents/arrets", cause, journal):
        assert path
        page.goto(path)
        _is_sound(page, path)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            ratio, where = page.evaluate(CONTRASTS)
            assert ratio >= 7, f"{path}, {scheme}: {where} has {ratio:.2f}:1"
        page.set_viewport_size({"width": 320, "height": 700})
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide == 0, path
        assert page.evaluate(SMALL_TARGETS) == [], path
        if path == "/agents/doutes":
            keep(page, "queue-320")
        if path == cause:
            picture(page, "console-stopped-320")
        page.set_viewport_size({"width": 1000, "height": 900})
    page.goto(cause)
    page.emulate_media(color_scheme="dark")
    keep(page, "stopped-dark")


def _is_sound(page: Page, path: str) -> None:
    found: dict[str, Any] = page.evaluate(STRUCTURE)
    assert found["lang"] == "fr"
    assert found["headings"].count(1) == 1, path
    steps = zip(found["headings"], found["headings"][1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), (path, found["headings"])
    assert len(found["ids"]) == len(set(found["ids"])), path
    assert set(found["references"]) <= set(found["ids"]), path
    faults = ("unnamed", "unlabelled", "pictures", "drawings", "headless", "positive")
    assert {fault: found[fault] for fault in faults} == dict.fromkeys(faults, 0), path
