"""Attempts on the status API: another's identity, another's path, and what must never be shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.adapters.store.samples import add_link, change, content, link, save
from tests.http.answers import body_of, refusal
from tests.http.site import Browser, Site, ids

CLAIMS = {
    "contact": "003000000000002",
    "contact_id": "003000000000002",
    "sub": "subject-2",
    "link_id": "l_2",
    "citizen": "2",
    "user": "2",
    "filter[link_id]": "l_2",
    "include": "all",
    "sort": "password",
    "id": "*",
}
TRICKS = [
    "/api/v1/cases/{id}/x.css",
    "/api/v1/cases/{id}.css",
    "/api/v1/cases/{id}.",
    "/api/v1/cases/{id}/",
    "/api/v1/cases/{id}%00",
    "/api/v1/cases/{id}%20",
    "/api/v1/cases/{id}%0a",
    "/api/v1/cases/%2e%2e/cases/{id}",
    "/api/v1/cases/%252e%252e%252f{id}",
    "/api/v1/cases/..%2fcases%2f{id}",
    "/api/v1/cases/x;{id}",
    "/api/v1/cases/{id};x.css",
    "/api/v1/cases/{id}/events/x.css",
    "/api/v1/cases/{id}/../events",
    "/api/v1/me/x.js",
    "/api/v1/me.css",
    "/API/V1/CASES/{id}",
    "/demandes/{id}/x.css",
    "/demandes/{id}.css",
    "/demandes/%e2%80%ae{id}",
    "/static/%2e%2e/page_words.yaml",
    "/static/..%2fcookies.py",
    "/static/%2fetc%2fpasswd",
]
LOOK_ALIKES = str.maketrans({"c": "с", "a": "а", "e": "е", "_": "＿"})


def seen(browser: Browser) -> list[str]:
    """Give the ids a browser reads."""
    return ids(body_of(browser.get("/api/v1/cases"))["cases"])


@pytest.mark.parametrize("name", CLAIMS)
def test_a65_nobody_becomes_another_by_saying_so(site: Site, name: str) -> None:
    """In the query, a header or a cookie: the session alone says who one is."""
    mine = site.tell_one(content("PC-mine"), of=1)
    theirs = site.tell_one(content("PC-theirs"), of=2)
    browser = site.citizen(1)
    value = CLAIMS[name]
    header = f"X-{name.replace('_', '-').strip('[]').replace('[', '-')}"
    browser.set_cookie(name.strip("]").replace("[", "-"), value, domain="demarches.ville.test")
    answer = browser.get("/api/v1/cases", query_string={name: value}, headers={header: value})
    assert ids(body_of(answer)["cases"]) == [mine.id]
    answer = browser.get(f"/api/v1/cases/{theirs.id}", query_string={name: value}, headers={header: value})
    assert refusal(answer) == (404, "case.unknown")


def test_a65_an_unknown_token_is_nobody(site: Site) -> None:
    """A bearer token, a session of another name or an empty one opens nothing."""
    browser = site.visitor()
    for headers in (
        {"Authorization": "Basic bF8xOmxfMQ=="},
        {"Cookie": "session=" + "x" * 43},
        {"Cookie": "__Host-session="},
        {"Cookie": "__Host-session=" + "x" * 5000},
    ):
        assert refusal(browser.get("/api/v1/cases", headers=headers)) == (401, "session.required")
    brought = browser.get("/api/v1/cases", headers={"Authorization": "Bearer l_1"})
    assert refusal(brought) == (401, "token.invalid")


@pytest.mark.parametrize("trick", TRICKS)
def test_a70_a78_a_path_is_what_it_says(site: Site, trick: str) -> None:
    """No suffix, dot, encoding or case makes a page of it that a cache would keep."""
    case = site.tell_one(content("PC-1"))
    answer = site.citizen(1).get(trick.format(id=case.id), follow_redirects=True)
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Permis de construire" not in answer.text


def test_a78_letters_that_look_alike_are_other_letters(site: Site) -> None:
    """An id in Cyrillic or full width is unknown."""
    case = site.tell_one(content("PC-1"))
    browser = site.citizen(1)
    assert refusal(browser.get(f"/api/v1/cases/{case.id.translate(LOOK_ALIKES)}")) == (404, "case.unknown")
    assert refusal(browser.get(f"/api/v1/cases/{case.id.upper()}")) == (404, "case.unknown")


def test_a66_a_link_undone_while_a_page_is_open_shows_nothing_more(site: Site) -> None:
    """The next call of the session made under it is refused, in the API and on the pages."""
    browser = site.citizen(1)
    case = site.tell_one(content("PC-1"))
    assert seen(browser) == [case.id]
    with site.store._engine.begin() as connection:
        connection.execute(text("UPDATE identity_links SET undone_at = linked_at WHERE id = 'l_1'"))
    for path in ("/api/v1/cases", f"/api/v1/cases/{case.id}", "/api/v1/me"):
        assert refusal(browser.get(path)) == (401, "session.required")
    assert browser.get(f"/demandes/{case.id}").status_code == 401
    assert "Permis de construire" not in browser.get("/").text


def test_a83_what_is_stored_beside_a_request_is_never_shown(site: Site) -> None:
    """Person keys, Contact, link, subject, fingerprint, author and key of the source stay inside."""
    hidden = replace(
        link(7, subject="canary-subject", contact="003CANARYCANARY"), id="l_canary", author="canary-agent"
    )
    add_link(site.store, hidden, "canary-person-key")
    said = change(content("canary-source-id"), keys=["canary-person-key"], fingerprint=b"canary-print")
    save(site.store, said, now=site.clock.now())
    browser = site._signed_in("l_canary")
    [case_id] = seen(browser)
    for path in (
        "/api/v1/cases",
        f"/api/v1/cases/{case_id}",
        f"/api/v1/cases/{case_id}/events",
        "/api/v1/me",
        "/",
        f"/demandes/{case_id}",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "canary" not in (answer.text + str(answer.headers)).lower(), path


def test_a83_a_resource_holds_the_listed_fields_and_no_other(site: Site) -> None:
    """A field added to the domain does not slip out by itself."""
    case = site.tell_one(content("PC-1"))
    document = site.citizen(1).document
    assert document
    shown = body_of(site.citizen(1).get(f"/api/v1/cases/{case.id}"))
    schemas = document.content["components"]["schemas"]
    assert all(schema["additionalProperties"] is False for schema in schemas.values())
    assert set(shown) == set(schemas["CaseResource"]["properties"])


def test_a132_no_log_line_names_a_person_a_request_or_an_address(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    """Route, status and milliseconds; never the path asked for."""
    case = site.tell_one(content("PC-1", title="Véranda de Zéphyrine"))
    browser = site.citizen(1)
    capfd.readouterr()
    for path in ("/", f"/demandes/{case.id}", f"/api/v1/cases/{case.id}", "/api/v1/cases?source=zephyrine"):
        browser.get(path, headers={"User-Agent": "Zephyrine", "Referer": "https://zephyrine.test/"})
    written = "".join(capfd.readouterr())
    assert "/demandes/<case_id>" in written
    for secret in (case.id, "phyrine", "DUBOIS", "source=", "l_1"):
        assert secret not in written
    assert json.dumps(case.id) not in written
