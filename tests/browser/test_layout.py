"""How the pages hold up: narrow, enlarged, dark, printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.browser.conftest import Window
from tests.browser.pages import open_first_request

pytestmark = pytest.mark.browser
Picture = Callable[[Page, str], None]

# At 400 % a window of 1280 pixels shows as much as one of 320 (WCAG 2.2, 1.4.10).
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
ENLARGED: dict[str, Any] = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
PICTURED = {
    ("narrow", "list"),
    ("narrow", "request"),
    ("narrow", "api"),
    ("narrow", "welcome"),
    ("enlarged", "list"),
}
FRAMES = {"narrow": NARROW, "enlarged": ENLARGED}


def go_through(page: Page, seen: Callable[[str], None]) -> None:
    """Open each page of the site, and say its name when it is there."""
    page.goto("/")
    seen("list")
    open_first_request(page)
    seen("request")
    page.goto("/api/docs")
    seen("api")
    page.goto("/nowhere")
    seen("not-found")
    page.context.clear_cookies()
    page.goto("/?au-revoir=1")
    seen("welcome")


@pytest.mark.parametrize("frame", FRAMES)
def test_nothing_is_wider_than_the_window(
    window: Window, signed_in: StorageState, picture: Picture, frame: str
) -> None:
    """No page scrolls sideways on a small phone, nor at 400 %."""
    page = window(storage_state=signed_in, **FRAMES[frame])

    def fits(name: str) -> None:
        if (frame, name) in PICTURED:
            picture(page, f"{frame}-{name}")
        wide = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide == 0, name

    go_through(page, fits)


def test_text_spacing_set_by_the_reader_hides_nothing(window: Window, signed_in: StorageState) -> None:
    """Wider letters, words and lines (WCAG 2.2, 1.4.12) stay inside the window and their boxes."""
    page = window(storage_state=signed_in, bypass_csp=True, **NARROW)
    page.goto("/")
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important;"
        " word-spacing: .16em !important } p { margin-bottom: 2em !important }"
    )
    cut = page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && getComputedStyle(e).display !== 'inline').map(e => e.className || e.tagName)"
    )
    assert cut == []


def test_the_dark_pages_are_dark(window: Window, signed_in: StorageState, picture: Picture) -> None:
    """Who asked for dark gets it, without a flash of white around it."""
    page = window(storage_state=signed_in, color_scheme="dark")

    def is_dark(name: str) -> None:
        picture(page, f"dark-{name}")
        colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert colour == "rgb(20, 24, 22)", name

    go_through(page, is_dark)


def test_a_printed_page_keeps_what_matters(window: Window, signed_in: StorageState, picture: Picture) -> None:
    """Status, history and number go on paper; buttons and links of the site do not."""
    page = window(storage_state=signed_in, color_scheme="dark")
    open_first_request(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_hidden()
    expect(page.get_by_role("link", name="Toutes mes demandes")).to_be_hidden()
    expect(page.locator(".number").first).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    inks = page.evaluate(
        "() => [...new Set([...document.querySelectorAll('main p, main h1, main dd')]"
        ".map(e => getComputedStyle(e).color))]"
    )
    assert all(max(map(int, ink[4:-1].split(", "))) < 140 for ink in inks), inks
    picture(page, "printed-request")


def test_without_style_sheets_the_page_still_reads(
    window: Window, signed_in: StorageState, picture: Picture
) -> None:
    """The order of the text is the order of importance, and drawings do not fill the screen."""
    page = window(storage_state=signed_in)
    page.route("**/*.css", lambda route: route.abort())
    open_first_request(page)
    picture(page, "without-css-request")
    text = page.locator("main").inner_text()
    told = ["Remplacement", "Nous avons besoin de vous.", "Ce que vous avez à faire", "Ce qui s’est passé"]
    assert [text.index(part) for part in told] == sorted(text.index(part) for part in told)
    heights = page.evaluate("() => [...document.querySelectorAll('svg, img')].map(e => e.clientHeight)")
    assert max(heights) <= 40
