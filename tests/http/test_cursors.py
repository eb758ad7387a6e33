"""Going on in a list: nothing twice, nothing of others, nothing forged."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from bridge.http.cursors import Cursors
from tests.adapters.store.samples import content
from tests.http.answers import body_of, refusal
from tests.http.site import Browser, Site, ids
from tests.http.test_list import LIST, numbered, read


def pages(browser: Browser, **query: Any) -> list[list[str]]:
    """Give the ids of each page to the end of the list."""
    found, cursor = [], None
    while True:
        page = read(browser, **query, **({"cursor": cursor} if cursor else {}))
        found.append(ids(page["cases"]))
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_pages_hold_each_request_once(either_site: Site) -> None:
    """Requests that changed in one instant are told apart, and a full last page is the last."""
    browser = either_site.citizen(1)
    cases = either_site.tell(*numbered(6))
    found = pages(browser, limit=2)
    assert [len(page) for page in found] == [2, 2, 2]
    assert sorted(chain.from_iterable(found)) == sorted(ids(cases))


def test_a_request_that_changes_while_one_reads_on_is_never_shown_twice(either_site: Site) -> None:
    """What stands still is not missed, and the change itself is asked for by date."""
    browser = either_site.citizen(1)
    first, second, third, fourth = either_site.tell(*numbered(4))
    everything = list(chain.from_iterable(pages(browser)))
    began = (either_site.clock.now() + timedelta(seconds=1)).isoformat()
    page = read(browser, limit=2)
    either_site.clock.move(timedelta(minutes=1))
    moved = {case.id: case for case in (first, second, third, fourth)}
    for case_id in (everything[0], everything[2]):
        key = moved[case_id].content.key.source_case_id
        either_site.tell(content(key, title="Permis modifié"))
    rest = read(browser, limit=2, cursor=page["next_cursor"])
    assert ids(page["cases"]) == everything[:2]
    assert ids(rest["cases"]) == everything[3:]
    assert rest["next_cursor"] is None
    since = read(browser, changed_since=began)
    assert set(ids(since["cases"])) == {everything[0], everything[2]}


def test_a_new_request_does_not_shift_the_pages(either_site: Site) -> None:
    """A cursor is a place, not a count."""
    browser = either_site.citizen(1)
    cases = either_site.tell(*numbered(4))
    page = read(browser, limit=2)
    either_site.clock.move(timedelta(minutes=1))
    either_site.tell(content("PC-new"))
    rest = read(browser, limit=50, cursor=page["next_cursor"])
    assert sorted(ids(page["cases"]) + ids(rest["cases"])) == sorted(ids(cases))


@pytest.fixture
def cursor(site: Site) -> str:
    """Give the cursor of citizen 1 after one of three requests."""
    site.tell(*numbered(3), of=1)
    site.tell(*(content(f"X-{number}") for number in range(3)), of=2)
    return str(read(site.citizen(1), limit=1)["next_cursor"])


@pytest.mark.parametrize(
    "other",
    [{"phase": "closed"}, {"source": "urbanisme"}, {"changed_since": "2025-01-01T00:00:00Z"}],
)
def test_a67_a_cursor_of_another_question_is_refused(site: Site, cursor: str, other: dict[str, str]) -> None:
    """The same citizen must not mix two lists."""
    answer = site.citizen(1).get(LIST, query_string={**other, "cursor": cursor})
    assert refusal(answer) == (400, "request.cursor")


def test_a_cursor_allows_another_page_size(site: Site, cursor: str) -> None:
    """How many come next is not part of the question."""
    assert len(read(site.citizen(1), limit=50, cursor=cursor)["cases"]) == 2


def test_a67_a_cursor_of_another_citizen_is_refused(site: Site, cursor: str) -> None:
    """A cursor found elsewhere opens nothing."""
    assert refusal(site.citizen(2).get(LIST, query_string={"cursor": cursor})) == (400, "request.cursor")
    assert refusal(site.doubtful().get(LIST, query_string={"cursor": cursor})) == (400, "request.cursor")


@pytest.mark.parametrize("cursor_text", ["x", "a.b", ".", "é", "\0", "W10.AAAA", "[]", "eyJhIjoxfQ.sig" * 10])
def test_a67_a_forged_cursor_is_refused(site: Site, cursor_text: str) -> None:
    """Whatever is not signed by us is 400, and is not given back."""
    answer = site.citizen(1).get(LIST, query_string={"cursor": cursor_text})
    assert refusal(answer) == (400, "request.cursor")
    assert "errors" not in body_of(answer)


def test_a67_a_cursor_signed_with_another_secret_is_refused(site: Site, cursor: str) -> None:
    """Neither a guessed secret nor one changed letter passes."""
    forged = Cursors("another secret").make("('l_1', [], [], None)", (site.clock.now(), "c_1"))
    place = len(cursor) // 3
    changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    for text in (forged, changed):
        answer = site.citizen(1).get(LIST, query_string={"cursor": text})
        assert refusal(answer) == (400, "request.cursor")
