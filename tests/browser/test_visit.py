"""A citizen's visit from the button to the goodbye, in Chromium, on the whole product."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, StorageState, expect

from run.town_hall import TownHall
from tests.browser.conftest import Window
from tests.browser.pages import open_first_request, region, sign_in, sign_in_button

pytestmark = pytest.mark.browser
Picture = Callable[[Page, str], None]


def test_a_citizen_signs_in_reads_and_leaves(window: Window, picture: Picture, town_hall: TownHall) -> None:
    """Button, FranceConnect, list, one request, back, sign out: nobody types an address."""
    page = window()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/")
    picture(page, "welcome")
    sign_in_button(page).click()
    picture(page, "stand-in-franceconnect")
    sign_in(page, "test")

    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Angela DUBOIS")
    expect(page.get_by_role("status")).to_have_text("Une demande vous attend.")
    headings = page.get_by_role("region").get_by_role("heading", level=2).all_inner_texts()
    assert headings == ["À vous de jouer", "En cours", "Terminées"]
    picture(page, "list")

    region(page, "À vous de jouer").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Remplacement des menuiseries")
    expect(page.locator("main")).to_contain_text("Ce que vous avez à faire")
    expect(page.locator("main")).to_contain_text("La date du 10 mars 2016 est passée")
    steps = page.locator("ol.timeline > li")
    expect(steps.first).to_contain_text("Nous avons besoin de vous.")
    expect(steps.last).to_contain_text("Un agent étudie votre demande.")
    expect(page.locator("main")).to_contain_text("Appelez la mairie en donnant le numéro du dossier.")
    picture(page, "request")

    page.get_by_role("link", name="Toutes mes demandes").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("status")).to_have_text("Votre session est fermée.")
    expect(page).to_have_url(f"{town_hall.url}/?au-revoir=1")
    picture(page, "signed-out")
    page.go_back()
    page.goto("/")
    expect(sign_in_button(page)).to_be_visible()
    assert complaints == [], "the browser found something to say about our own policy"


def test_a_citizen_who_gives_up_learns_what_happened(window: Window, picture: Picture) -> None:
    """Renouncing at FranceConnect ends on a page of ours with a way back."""
    page = window()
    page.goto("/")
    sign_in_button(page).click()
    page.get_by_role("button", name="Renoncer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("La connexion n’a pas abouti.")
    expect(page.locator("main")).to_contain_text("login.denied")
    picture(page, "sign-in-refused")
    page.get_by_role("link", name="Retour à l’accueil").click()
    expect(sign_in_button(page)).to_be_visible()


def test_the_language_changes_on_the_spot(window: Window, signed_in: StorageState, picture: Picture) -> None:
    """The same request in English and back, words and `lang` together, and the choice stays."""
    page = window(storage_state=signed_in)
    open_first_request(page)
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main")).to_contain_text("We need something from you.")
    picture(page, "request-english")
    page.get_by_role("link", name="All my requests").click()
    expect(page.get_by_role("status")).to_have_text("One request is waiting for you.")
    picture(page, "list-english")
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("status")).to_have_text("Une demande vous attend.")


def test_everything_works_by_keyboard_alone(window: Window, picture: Picture) -> None:
    """Skip link, button, FranceConnect, first request, sign out: Tab and Enter, each stop visible."""
    page = window()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_in_viewport()
    picture(page, "skip-link")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(sign_in_button(page)).to_be_focused()
    picture(page, "button-focused")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Identifiant").focus()
    page.keyboard.type("avec_nom_dusage")
    page.keyboard.press("Tab")
    page.keyboard.type("123")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Continuer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour Pierre")
    stops = focus_stops(page)
    assert stops[0] == "Aller au contenu"
    assert "Se déconnecter" in stops
    assert len(stops) == len(set(stops)) == 8
    page.get_by_role("button", name="Se déconnecter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Votre session est fermée.")


def test_everything_works_without_javascript(window: Window) -> None:
    """The whole visit with scripts switched off."""
    page = window(java_script_enabled=False)
    page.goto("/")
    sign_in_button(page).click()
    sign_in(page, "naissance_Algérie")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Vincent MARTIN")
    page.get_by_role("heading", level=3).get_by_role("link").first.click()
    expect(page.locator("ol.timeline > li").first).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.locator("main")).to_contain_text("What has happened")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def focus_stops(page: Page) -> list[str]:
    """Give what each Tab stops at, once round the page; every stop shows an outline of two pixels or more."""
    page.reload()
    stops: list[str] = []
    while True:
        page.keyboard.press("Tab")
        name, outline_px = page.evaluate(
            "() => { const at = document.activeElement;"
            " return [at === document.body ? '' : at.innerText.trim(),"
            " parseFloat(getComputedStyle(at).outlineWidth)] }"
        )
        if not name or name in stops[:1]:
            return stops
        assert outline_px >= 2, name
        stops.append(str(name))
