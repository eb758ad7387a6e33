"""French unless English is asked for; codes are never translated."""

from __future__ import annotations

import pytest

from tests.adapters.store.samples import content
from tests.fakes.clock import FakeClock
from tests.http.answers import body_of
from tests.http.site import BASE_URL, HOST, Site

ASKED = [
    ("", "fr"),
    ("fr", "fr"),
    ("fr-CA, en;q=0.5", "fr"),
    ("en", "en"),
    ("en-GB,en;q=0.9,fr;q=0.8", "en"),
    ("de", "fr"),
    ("ar, zh;q=0.9", "fr"),
    ("*", "fr"),
    ("en;q=0", "fr"),
    ("x" * 5000, "fr"),
    ("en;q=abc, \x7f", "fr"),
]
SENTENCES = {"fr": "Votre demande est bien arrivée.", "en": "We have received your request."}


@pytest.mark.parametrize(("asked", "given"), ASKED)
def test_an_answer_says_which_language_it_is_in(site: Site, asked: str, given: str) -> None:
    """`text` follows Accept-Language and Content-Language says so, with both wordings in `label`."""
    site.tell(content("PC-1"))
    answer = site.citizen(1).get("/api/v1/cases", headers={"Accept-Language": asked})
    assert answer.headers["Content-Language"] == given
    [case] = body_of(answer)["cases"]
    assert case["status"]["text"] == SENTENCES[given]
    assert case["status"]["label"] == SENTENCES


@pytest.mark.parametrize(("path", "code"), [("/api/v1/cases/c_x", "case.unknown"), ("/api/v1/x", "http.404")])
def test_a_refusal_is_in_the_language_it_announces(site: Site, path: str, code: str) -> None:
    """The code stays, the words change."""
    browser = site.citizen(1)
    told = {}
    for language in ("fr", "en"):
        answer = browser.get(path, headers={"Accept-Language": language})
        assert answer.headers["Content-Language"] == language
        assert body_of(answer)["code"] == code
        told[language] = body_of(answer)["title"]
    assert told["fr"].startswith(("Nous ne trouvons", "Cette page"))
    assert told["en"].startswith(("We cannot", "This page"))


def test_a_page_is_in_the_language_chosen_by_its_link(site: Site) -> None:
    """The link wins over the browser, and its choice stays until the other link."""
    browser = site.visitor()
    german = {"Accept-Language": "de"}
    assert '<html lang="fr">' in browser.get("/", headers=german).text
    assert '<html lang="en">' in browser.get("/?langue=en", headers=german).text
    assert '<html lang="en">' in browser.get("/", headers=german).text
    assert '<html lang="fr">' in browser.get("/?langue=fr", headers=german).text
    assert '<html lang="fr">' in browser.get("/", headers=german).text


@pytest.mark.parametrize("chosen", ["de", "", "fr\r\nSet-Cookie: a=b", "../en", "EN"])
def test_a88_no_other_language_can_be_chosen(site: Site, chosen: str) -> None:
    """Whatever else the link or the cookie says is nothing at all."""
    browser = site.visitor()
    answer = browser.get("/", query_string={"langue": chosen})
    assert '<html lang="fr">' in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", [BASE_URL, f"http://{HOST}"], ids=["direct", "behind a TLS proxy"])
def test_the_choice_is_kept_without_naming_anybody(site: Site, address: str) -> None:
    """Two letters, out of reach of scripts, under TLS only, whoever ends the TLS."""
    kept = site.visitor().get("/?langue=en", base_url=address).headers["Set-Cookie"]
    assert kept.startswith("langue=en;")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(kept.split("; "))


def test_on_this_machine_the_choice_is_kept_without_tls(site: Site, clock: FakeClock) -> None:
    """A trial over http keeps its language too."""
    local = "http://127.0.0.1:8000"
    kept = Site.over(site.store, clock, base_url=local).visitor().get("/?langue=en", base_url=local)
    assert "Secure" not in kept.headers["Set-Cookie"].split("; ")
