"""The named transforms."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.identity import comparison_key
from mappings.normalizers import TRANSFORMS, split, text_of


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (None, None),
        ("", None),
        ("   ", None),
        ("  DUBOIS   ", "DUBOIS"),
        (44001, "44001"),
        (True, "true"),
        (False, "false"),
        (date(2015, 1, 2), "2015-01-02"),
        (datetime(2015, 1, 2, 3, 4, 5), "2015-01-02 03:04:05"),  # noqa: DTZ001 - as a driver gives it
        ("cafe\u0301", "café"),
        ("a\x00b\x1b", "ab"),
        ("ligne 1\r\nligne 2", "ligne 1\nligne 2"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        ("<script>{{7*7}}</script>", "<script>{{7*7}}</script>"),
    ],
)
def test_any_value_becomes_text_a_database_takes(raw: object, text: str | None) -> None:
    """Padding, control characters and lone surrogates go; formulas and mark-up stay plain text."""
    assert text_of(raw) == text


@pytest.mark.parametrize("raw", [[], {}, (), b"x"])
def test_a_container_is_no_text(raw: object) -> None:
    """A list or a mapping is never written out as if it were a text."""
    with pytest.raises(TypeError):
        text_of(raw)


@pytest.mark.parametrize(
    ("name", "text", "result"),
    [
        ("strip", " a ", "a"),
        ("collapse_spaces", "DP  092040\u00a015\u202f00031", "DP 092040 15 00031"),
        ("upper", "œuf", "ŒUF"),
        ("lower", "OPEN", "open"),
        ("digits", "n° 12-34", "1234"),
        ("cog_code", "92040", "92040"),
        ("cog_code", "2a004", "2A004"),
        ("cog_code", "99352", "99352"),
        ("cog_code", "PARIS", ""),
        ("cog_code", "9204", ""),
        ("cog_code", "2AB04", ""),
    ],
)
def test_each_transform(name: str, text: str, result: str) -> None:
    """Each named transform does the one thing its name says."""
    assert TRANSFORMS[name](text) == result


@pytest.mark.parametrize(
    ("separators", "text", "parts"),
    [
        (("comma",), "Angela, Claire,Louise ", ("Angela", "Claire", "Louise")),
        (("space",), "Yves  Jean-Claude", ("Yves", "Jean-Claude")),
        (("semicolon", "line"), "Notice ; plan\nphoto;", ("Notice", "plan", "photo")),
        (("pipe",), "||", ()),
        ((), "Un seul, avec virgule", ("Un seul, avec virgule",)),
    ],
)
def test_a_list_is_split_only_on_what_the_source_declares(
    separators: tuple[str, ...], text: str, parts: tuple[str, ...]
) -> None:
    """A compound name or an item with a comma stays whole unless the source says otherwise."""
    assert split(text, separators) == parts


@given(st.text(alphabet=st.characters(categories=["L", "Mn", "Zs", "Pd"]), max_size=40))
def test_cleaning_never_changes_who_a_name_names(name: str) -> None:
    """A name compares the same before and after cleaning, composed or not."""
    assert comparison_key(text_of(name) or "") == comparison_key(name)
