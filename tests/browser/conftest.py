"""One town hall and one Chromium for all browser tests; each test gets a fresh window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from run.commands.sync import synchronise_now
from run.town_hall import TownHall, open_town_hall
from tests.browser.pages import sign_in, sign_in_button

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# On the second day one citizen has a request of each kind: to act on, under way, finished.
DAYS = (date(2015, 12, 1), date(2015, 12, 15))
SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
Window = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium; without one the test is skipped, or fails where CI is set."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        told = f"the pages are NOT tested in a browser: none of {', '.join(NAMES)} is on PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    with sync_playwright() as playwright:
        # Root, as in a container, has no user namespace for Chromium's own sandbox.
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def town_hall(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """Give the whole product on stand-ins, its four systems read once."""
    options = ("--day", DAYS[0].isoformat())
    folder = tmp_path_factory.mktemp("town-hall")
    with open_town_hall(sandbox=True, port=0, folder=folder, town_options=options) as hall:
        for day in DAYS:
            move_to(hall, day)
            synchronise_now(hall.services, tuple(hall.services.mappings))
        hall.start_processes()
        yield hall


def move_to(hall: TownHall, day: date) -> None:
    """Let the town live until this day."""
    assert hall.stand_ins
    address = f"{hall.stand_ins.town['url']}/sandbox/day"
    requests.post(address, json={"day": day.isoformat()}, timeout=60).raise_for_status()


@pytest.fixture
def window(chromium: Browser, town_hall: TownHall) -> Iterator[Window]:
    """Give new windows, French unless told otherwise; each has its own cookies."""
    opened: list[BrowserContext] = []

    def open_window(**options: Any) -> Page:
        settings = {"locale": "fr-FR", "viewport": {"width": 1000, "height": 900}, **options}
        context = chromium.new_context(base_url=town_hall.url, **settings)
        context.set_default_timeout(30_000)
        opened.append(context)
        return context.new_page()

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, town_hall: TownHall) -> StorageState:
    """Give the cookies of a citizen who signed in by the button, to be reused in other windows."""
    context = chromium.new_context(base_url=town_hall.url, locale="fr-FR")
    page = context.new_page()
    page.goto("/")
    sign_in_button(page).click()
    sign_in(page, "test")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a picture of a page for people to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return take
