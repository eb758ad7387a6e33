"""The component can be read: its colours stand out from a white page."""

from __future__ import annotations

import re

import pytest

from tests.salesforce.package import FORCE_APP

WHITE = "#ffffff"
SHEETS = sorted(FORCE_APP.glob("lwc/*/*.css"))
COLOURS = {
    name: value
    for sheet in SHEETS
    for name, value in re.findall(r"(--suivi-\w+)(?::|,)\s*(#[0-9a-f]{6})", sheet.read_text(encoding="utf-8"))
}
TEXT = ("--suivi-ink", "--suivi-quiet", "--suivi-accent")


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour. Source: WCAG 2.2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Give the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", TEXT)
def test_texts_stand_out_at_seven_to_one(name: str) -> None:
    """Ink, quiet ink and the accent, which is also the ground of white letters."""
    assert contrast(COLOURS[name], WHITE) >= 7


def test_lines_stand_out_at_three_to_one() -> None:
    """The border of a card can be seen."""
    assert contrast(COLOURS["--suivi-line"], WHITE) >= 3


def test_a_colour_is_the_same_in_each_sheet() -> None:
    """The value a component falls back on is the one the page sets."""
    for sheet in SHEETS:
        for name, value in re.findall(r"(--suivi-\w+),\s*(#\w+)", sheet.read_text(encoding="utf-8")):
            assert COLOURS[name] == value


def test_buttons_are_large_enough_and_show_where_the_keyboard_is() -> None:
    """Each button is 44 pixels high at least and has an outline of its own."""
    styles = " ".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    for button in ("retry", "steps-button"):
        assert re.search(rf"\.{button} \{{[^}}]*min-height: 44px", styles)
        assert re.search(rf"\.{button}:focus-visible \{{[^}}]*outline: 3px", styles)
