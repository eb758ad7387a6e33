"""The pages as a citizen uses them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

PASSWORD = "123"


def sign_in_button(page: Page) -> Locator:
    """Give the FranceConnect button of the welcome page."""
    return page.get_by_role("link", name="S’identifier avec FranceConnect", exact=True)


def sign_in(page: Page, login: str) -> None:
    """Go through FranceConnect's two pages and arrive on ours."""
    page.get_by_role("textbox", name="Identifiant").fill(login)
    page.get_by_role("textbox", name="Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/")


def region(page: Page, heading: str) -> Locator:
    """Give the region with this heading."""
    return page.get_by_role("region", name=heading)


def open_first_request(page: Page) -> None:
    """Open the request that waits for the citizen."""
    page.goto("/")
    page.locator("section.yours_to_act").get_by_role("link").click()
    page.get_by_role("heading", level=1).wait_for()
