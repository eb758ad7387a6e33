"""What may be kept by whom: personal answers by nobody, and an unchanged one costs no body."""

from __future__ import annotations

import pytest

from tests.adapters.store.samples import content
from tests.http.site import Site

VARY = {"Cookie", "Authorization", "Accept-Language"}
PERSONAL = ("/api/v1/cases", "/api/v1/me", "/api/v1/cases/{id}", "/api/v1/cases/{id}/events")


def personal_paths(site: Site) -> list[str]:
    """Give every personal path of the API, for a request of citizen 1."""
    case = site.tell_one(content("PC-1"))
    return [path.format(id=case.id) for path in PERSONAL]


def test_a69_personal_answers_are_kept_by_nobody(site: Site) -> None:
    """Given, unchanged or refused: no shared cache may hand one to the next person."""
    browser = site.citizen(1)
    for path in personal_paths(site):
        given = browser.get(path)
        unchanged = browser.get(path, headers={"If-None-Match": given.headers["ETag"]})
        refused = site.visitor().get(path)
        assert [given.status_code, unchanged.status_code, refused.status_code] == [200, 304, 401]
        for answer in (given, unchanged, refused):
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert set(answer.vary) == VARY


def test_a69_pages_are_kept_by_nobody(site: Site) -> None:
    """Not even the page of somebody signed out, whose address is the same."""
    case = site.tell_one(content("PC-1"))
    for browser in (site.citizen(1), site.doubtful(), site.visitor()):
        for path in ("/", f"/demandes/{case.id}"):
            answer = browser.get(path)
            assert answer.headers["Cache-Control"] == "private, no-store"
            assert {"Cookie", "Accept-Language"} <= set(answer.vary)


def test_a69_the_documentation_shows_who_is_signed_in_so_it_is_kept_by_nobody(site: Site) -> None:
    """Its head bears a sign-out button."""
    assert site.citizen(1).get("/api/docs").headers["Cache-Control"] == "private, no-store"


def test_an_unchanged_answer_costs_no_body(site: Site) -> None:
    """304 to the ETag just given, on each personal route."""
    browser = site.citizen(1)
    for path in personal_paths(site):
        tag = browser.get(path).headers["ETag"]
        again = browser.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_a_changed_request_has_another_tag(site: Site) -> None:
    """The old tag gives the new answer whole."""
    browser = site.citizen(1)
    paths = personal_paths(site)
    tags = {path: browser.get(path).headers["ETag"] for path in paths}
    site.tell(content("PC-1", public_note="Il manque le plan."))
    for path in paths:
        again = browser.get(path, headers={"If-None-Match": tags[path]})
        assert again.status_code == (304 if path.endswith("/me") else 200)


def test_a_tag_depends_on_the_language(site: Site) -> None:
    """French words are not an unchanged English answer."""
    browser = site.citizen(1)
    [path] = [path for path in personal_paths(site) if path.endswith("/events")]
    tag = browser.get(path).headers["ETag"]
    assert browser.get(path, headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200


def test_a69_the_tag_of_another_citizen_gives_nothing_away(site: Site) -> None:
    """A tag opens nothing: someone else's request stays unknown."""
    path = personal_paths(site)[2]
    tag = site.citizen(1).get(path).headers["ETag"]
    assert site.citizen(2).get(path, headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/cases", "/api/v1/me"])
def test_a_head_request_tells_what_a_get_would(site: Site, path: str) -> None:
    """Same status and tag, no body."""
    browser = site.citizen(1)
    head, whole = browser.head(path), browser.get(path)
    assert head.data == b""
    assert (head.status_code, head.headers["ETag"]) == (200, whole.headers["ETag"])
