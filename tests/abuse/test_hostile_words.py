"""Hostile words from a legacy system, in every field a page shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.case import CaseContent, Reference
from bridge.domain.status import NextStep, Outcome, Phase, WaitingFor
from bridge.usecases.ports import Session
from tests.adapters.store.samples import content, status
from tests.http.reading import Reading
from tests.http.site import COOKIE, HOST, Browser, Site

CORPUS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x="',
    "single quote": "' onfocus='alert(1)' autofocus='",
    "drawing": "<svg/onload=alert(1)>",
    "closing": "</title></main></body><h1>x</h1>",
    "link": "[cliquez](javascript:alert(1)) javascript:alert(1)",
    "template": "{{7*7}} {% include '/etc/passwd' %} ${7*7} {0.__class__} %(x)s",
    "entity": "&lt;b&gt;&#60;script&#62;",
    "comment": "<!-- --><![CDATA[ x ]]>",
    "emoji": "👩‍👧‍👦 étage ﷽ \N{RIGHT-TO-LEFT OVERRIDE}txt",
    "control": "a\x1b[31mb\r\nSet-Cookie: c=d\x08",
    "long": "W" * 10_000,
}
HEAD = {"html", "head", "meta", "title", "link", "body"}
FRAME = {"a", "header", "div", "img", "span", "strong", "br", "nav", "form", "button", "main", "footer"}
DRAWING = {"svg", "circle", "path", "rect"}
TEXT = {"p", "h1", "h2", "h3", "section", "ul", "ol", "li", "dl", "dt", "dd", "blockquote"}
PLAIN_PAGE = frozenset(HEAD | FRAME | DRAWING | TEXT)


def said_by(words: str) -> CaseContent:
    """Give a request with these words wherever a service can put words."""
    said = status(
        Phase.ACTION_REQUIRED, waiting_for=WaitingFor.CITIZEN, legacy_label=words, legacy_code=words[:60]
    )
    return replace(
        content("PC-1", title=words, said=said, references=(Reference(words[:200], "urbanisme"),)),
        public_note=words,
        next_step=NextStep("send_documents", (words, words)),
    )


def named(site: Site, display_name: str) -> Browser:
    """Give the browser of a citizen with this name."""
    site.link(1)
    now = site.clock.now()
    with site.store.begin() as tx:
        tx.sign_ins.open_session(
            Session("s_n", "l_1", "v1:who", "franceconnect", display_name, "eidas1", now),
            "n" * 43,
            "sealed",
            now,
        )
    browser = site.visitor()
    browser.set_cookie(COOKIE, "n" * 43, domain=HOST, secure=True)
    return browser


@pytest.mark.parametrize("kind", CORPUS)
def test_a115_a125_words_from_outside_stay_words(site: Site, kind: str) -> None:
    """Title, label, code, note, item, number and name: shown as written, and no element is born of them."""
    words = CORPUS[kind]
    browser = named(site, words)
    case = site.tell_one(said_by(words))
    for path in ("/", f"/demandes/{case.id}", f"/demandes/{case.id}?langue=en"):
        answer = browser.get(path)
        assert answer.status_code == 200
        reading = Reading(answer.text)
        assert reading.tags <= PLAIN_PAGE
        assert "".join(words.split()) in "".join(reading.text.split())
        assert answer.text.count("<h1>") == 1
        assert "Set-Cookie" not in answer.headers or "langue=en" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("kind", CORPUS)
def test_a115_the_api_gives_words_as_data(site: Site, kind: str) -> None:
    """JSON holds them unchanged, under a type no browser runs."""
    words = CORPUS[kind]
    browser = site.citizen(1)
    case = site.tell_one(said_by(words))
    answer = browser.get(f"/api/v1/cases/{case.id}")
    body = answer.get_json()
    assert (body["procedure"]["title"], body["status"]["legacy"]["label"], body["note"]) == (words,) * 3
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("kind", ["script", "attribute", "template", "control"])
def test_a125_an_address_is_never_echoed(site: Site, kind: str) -> None:
    """Neither path nor parameters come back in an answer or its headers."""
    words = CORPUS[kind]
    for path in ("/demandes/", "/api/v1/cases/", "/"):
        answer = site.citizen(1).get(
            path + words.replace("\r\n", ""), query_string={"q": words, "langue": words}
        )
        assert answer.status_code == 404
        assert "alert(1)" not in answer.text
        assert "7*7" not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_a_refused_request_never_says_done(site: Site) -> None:
    """Whatever the service calls it, the outcome decides the sentence."""
    said = status(Phase.DECIDED, Outcome.REFUSED, waiting_for=WaitingFor.NOBODY, legacy_label="C’est fait.")
    site.tell(content("PC-1", said=said))
    page = Reading(site.citizen(1).get("/").text)
    assert "Votre demande est refusée." in page.text
    assert "C’est fait." not in page.text
