"""Somebody in doubt finishes by a code, adds an older request, and gives it back, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from run.town_hall import TownHall
from tests.browser.conftest import Window
from tests.browser.pages import region, sign_in, sign_in_button
from tests.browser.test_accessibility import CONTRASTS, SMALL_TARGETS, STRUCTURE

pytestmark = pytest.mark.browser
Picture = Callable[[Page, str], None]
LOGIN = "caractères_spéciaux"
"""Not the person whom agents link and undo: nobody an agent took off a Contact proves it is theirs."""
MAILBOX = "joelle.dubinore@mairie.example"
HALF_KNOWN = {"LastName": "Dubinore", "FirstName": "Joëlle", "Birthdate": "1992-08-15", "Email": MAILBOX}
TIMEOUT_S = 10
_CODE = re.compile(r"(\d{4}) (\d{4})")


@pytest.fixture
def half_known(town_hall: TownHall) -> str:
    """Give a Contact the org knows in half."""
    assert town_hall.stand_ins
    org = town_hall.stand_ins.salesforce
    address = f"{org['instance_url']}/services/data/v62.0/sobjects/Contact"
    headers = {"Authorization": f"Bearer {org['access_token']}"}
    made = requests.post(address, json=HALF_KNOWN, headers=headers, timeout=TIMEOUT_S)
    made.raise_for_status()
    return str(made.json()["id"])


def test_a_person_in_doubt_finishes_alone(
    window: Window, town_hall: TownHall, half_known: str, picture: Picture
) -> None:
    """From the button to the list and back out of it: on a small screen, each page sound and wide enough."""
    page = window(viewport={"width": 320, "height": 800}, has_touch=True)
    page.goto("/")
    sign_in_button(page).click()
    sign_in(page, LOGIN)
    expect(page.get_by_role("heading", level=1)).to_have_text("Est-ce bien vous ?")
    is_sound(page)
    picture(page, "doubt")

    page.get_by_role("button", name="Recevoir un code par e-mail").click()
    expect(page.locator("main")).to_contain_text("Si nous avons une adresse pour vous, un code est en route.")
    is_sound(page)
    picture(page, "doubt-code")
    page.get_by_label("Code reçu").fill("0000 0000")
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas le bon code.")
    is_sound(page)
    picture(page, "doubt-code-wrong")
    page.get_by_label("Code reçu").fill(code_in_the_mail(page, town_hall))
    page.get_by_role("button", name="Valider").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Joëlle DUBINÔRE")
    expect(page.locator("main")).to_contain_text("C’est bien vous : voici vos demandes.")
    picture(page, "doubt-proven")

    number, secret = receipt_of(town_hall, "dubois-without-birthplace")
    page.get_by_role("link", name="Ajoutez-la avec son récépissé").click()
    is_sound(page)
    picture(page, "claim")
    page.get_by_label("Numéro de la demande").fill(number.lower())
    page.get_by_label("Code de suivi").fill(secret.replace(" ", ""))
    page.get_by_role("button", name="Ajouter cette demande").click()
    expect(page.locator("main")).to_contain_text("La demande est dans votre liste.")

    page.get_by_role("heading", level=3).get_by_role("link").click()
    why = region_of(page, "Pourquoi je vois cette demande")
    expect(why).to_contain_text("parce que vous avez donné le numéro et le secret de son récépissé.")
    why.get_by_role("link", name="Ce n’est pas ma demande").click()
    is_sound(page)
    picture(page, "not-mine")
    page.get_by_label("Elle est à quelqu’un que je connais.").check()
    page.get_by_role("button", name="Retirer cette demande de ma liste").click()
    expect(page.locator("main")).to_contain_text("Cette demande n’est plus dans votre liste.")
    expect(region(page, "À vous de jouer")).to_have_count(0)
    picture(page, "given-back")


def is_sound(page: Page) -> None:
    """Check structure, labels, contrast, targets and width of the page that is open, once it is drawn."""
    page.wait_for_load_state("networkidle")
    found: dict[str, Any] = page.evaluate(STRUCTURE)
    assert found["headings"].count(1) == 1
    assert len(found["ids"]) == len(set(found["ids"]))
    faults = ("unnamed", "unlabelled", "pictures", "drawings", "headless", "positive")
    assert {fault: found[fault] for fault in faults} == dict.fromkeys(faults, 0)
    assert page.evaluate(SMALL_TARGETS) == []
    ratio, where = page.evaluate(CONTRASTS)
    assert ratio >= 7, where
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def code_in_the_mail(page: Page, town_hall: TownHall) -> str:
    """Give the code of the last e-mail; a worker still starting is not waited for."""
    assert town_hall.stand_ins
    town_hall.services.send_codes()
    address = f"{town_hall.stand_ins.messages['url']}/sandbox/messages"
    for _ in range(100):
        found = requests.get(address, params={"to": MAILBOX}, timeout=TIMEOUT_S).json()
        if found:
            code = _CODE.search(found[0]["text"])
            assert code
            return "".join(code.groups())
        page.wait_for_timeout(200)
    raise AssertionError("no code arrived")


def receipt_of(town_hall: TownHall, person: str) -> tuple[str, str]:
    """Give number and secret of a planning file, as the town printed them."""
    assert town_hall.stand_ins
    town = town_hall.stand_ins.town["url"]
    people = requests.get(f"{town}/sandbox/people", timeout=TIMEOUT_S).json()
    [number] = next(one["records"]["urbanisme"] for one in people if one["key"] == person)
    truth = requests.get(f"{town}/sandbox/truth", timeout=TIMEOUT_S).json()
    return number, truth["systems"]["urbanisme"][number]["receipt"]


def region_of(page: Page, heading: str) -> Any:
    """Give the section under a heading of the second level."""
    return page.locator("section").filter(has=page.get_by_role("heading", level=2, name=heading))
