"""Dotted paths, and texts with places to fill in."""

from __future__ import annotations

import pytest

from bridge.adapters.sources.rest.paths import MissingValueError, at, filled, filled_path, places, put

CASE = {
    "events": [
        {"kind": "STATUS", "message": "un"},
        {"kind": "COM", "message": "deux"},
        {"kind": "STATUS", "message": "trois", "tags": [["a"], ["b"]]},
    ],
    "state": {"id": 6},
    "none": None,
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("state.id", 6),
        ("events.0.message", "un"),
        ("events.-1.message", "trois"),
        ("events.kind=STATUS.-1.message", "trois"),
        ("events.kind=COM.0.message", "deux"),
        ("events.2.tags.1.0", "b"),
        ("events.kind=OTHER.0.message", None),
        ("events.7", None),
        ("events.-4", None),
        ("events.message", None),
        ("state.id.more", None),
        ("none.more", None),
        ("absent", None),
    ],
)
def test_a_path_leads_to_a_value_or_to_nothing(path: str, found: object) -> None:
    """A path that leads nowhere is no error: the mapping says what must be there."""
    assert at(CASE, path) == found


def test_the_empty_path_is_the_whole() -> None:
    """A list may stand at the top of an answer."""
    assert at(CASE, "") is CASE


def test_what_is_put_is_found_again() -> None:
    """A number of ours stands where an item of the list would hold it."""
    assert at(put("a.b.c", "7"), "a.b.c") == "7"


def test_places_keep_the_kind_of_what_fills_them() -> None:
    """A number stays a number in a body; within a text it becomes one."""
    asked = {"id": "{state.id}", "say": "n° {state.id}", "list": ["{state.id}", 3, None, True]}
    assert places(asked) == {"state.id"}
    assert filled(asked, CASE) == {"id": 6, "say": "n° 6", "list": [6, 3, None, True]}


@pytest.mark.parametrize("value", ["a/b", "../../admin", "x?y=1", "x#y", "é", "a b"])
def test_a_value_cannot_leave_its_segment(value: str) -> None:
    """A number a service made up leads to no other address."""
    path = filled_path("cases/{n}/events", {"n": value})
    assert path.count("/") == 2
    assert not set(path) & set("?# ")


@pytest.mark.parametrize("value", [None, "", {"a": 1}, [1], "..", "."])
def test_a_place_without_a_value_is_named(value: object) -> None:
    """Nothing is asked for under an address that was not meant."""
    with pytest.raises(MissingValueError) as caught:
        filled_path("cases/{n}", {"n": value})
    assert caught.value.place == "n"
