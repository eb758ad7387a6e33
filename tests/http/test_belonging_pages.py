"""A citizen adds an older request with its receipt, reads why one is theirs, and gives one back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bridge.domain.case import Case, Reference
from bridge.domain.contact import AttachMethod
from bridge.domain.review import ReviewKind
from tests.adapters.store.samples import change, content, link, save
from tests.http.answers import body_of
from tests.http.doubts import post
from tests.http.reading import Reading
from tests.http.site import Browser, Site
from tests.http.visits import read
from tests.usecases.people import PSEUDONYMS

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

SECRET = "1234 5678 9012 3456"
NUMBER = "DP 092040 15 00031"
REFUSED = "Ce numéro et ce code ne vont pas ensemble."


def older_request(site: Site, *keys: str, number: str = NUMBER) -> Case:
    """Let a service report a request with a receipt, that names nobody whole or bears these keys."""
    said = content("PC-9", title="Véranda de 1998", references=(Reference(number, "urbanisme"),))
    kept = PSEUDONYMS.secret("receipt", said.key.external_id, SECRET.replace(" ", ""))
    return save(site.store, replace(change(said, keys=keys), receipt=kept))[0]


def claim(browser: Browser, number: str = NUMBER, secret: str = SECRET) -> TestResponse:
    """Send the form."""
    return post(browser, "/demandes/reclamer", numero=number, secret=secret)


def shown(browser: Browser) -> list[str]:
    """Give the titles of the list."""
    return [case["procedure"]["title"] for case in body_of(browser.get("/api/v1/cases"))["cases"]]


def test_the_list_leads_to_the_form(site: Site) -> None:
    """Also when there is nothing in it."""
    browser = site.citizen(1)
    assert 'href="/demandes/reclamer"' in browser.get("/").text
    page = read(browser, "/demandes/reclamer")
    assert "Ajouter une demande plus ancienne" in page.text
    assert "Demandez-en un à l’accueil de la mairie" in page.text
    assert "Add an older request" in read(browser, "/demandes/reclamer", language="en").text


def test_a_receipt_adds_the_request(site: Site) -> None:
    """It is in the list, and its page says since when and why."""
    browser, case = site.citizen(1), older_request(site)
    done = claim(browser)
    assert (done.status_code, done.location) == (303, "/?fait=rattachee")
    assert "La demande est dans votre liste." in read(browser, done.location).text
    assert shown(browser) == ["Véranda de 1998"]
    told = read(browser, f"/demandes/{case.id}").sections["Pourquoi je vois cette demande"]
    assert (
        "rattachée le 3 mars 2025 parce que vous avez donné le numéro et le secret de son récépissé." in told
    )
    resource = body_of(browser.get(f"/api/v1/cases/{case.id}"))
    assert resource["attached"] == {"at": "2025-03-03T09:00:00+00:00", "how": "receipt"}


def test_a_request_of_another_name_is_for_an_agent(site: Site) -> None:
    """The citizen is told; nothing moves."""
    browser, _case = site.citizen(1), older_request(site, "person-2")
    done = claim(browser)
    assert (done.status_code, done.location) == (303, "/?fait=a-verifier")
    assert "Un agent regarde, et rien ne change d’ici là." in read(browser, done.location).text
    assert shown(browser) == []
    with site.store.read() as tx:
        [review] = tx.reviews.undecided()
    assert (review.kind, review.case_id) == (ReviewKind.CLAIM, _case.id)


def test_a_wrong_pair_is_refused_in_one_way(site: Site) -> None:
    """And can be typed again; what was typed is not echoed."""
    browser = site.citizen(1)
    older_request(site)
    answer = claim(browser, secret="<b>0000</b>00000000")
    assert answer.status_code == 422
    assert REFUSED in Reading(answer.text).text
    assert "0000" not in answer.text
    for _ in range(4):
        claim(browser, secret="0" * 16)
    limited = claim(browser)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3600")
    assert "Vous avez essayé plusieurs récépissés." in Reading(limited.text).text


def test_somebody_in_doubt_is_led_to_their_own_page(site: Site) -> None:
    """First who they are."""
    browser = site.doubtful()
    assert browser.get("/demandes/reclamer").location == "/"
    assert claim(browser).status_code == 401


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (AttachMethod.PERSON_KEYS, "parce que le service Urbanisme y a noté votre état civil complet"),
        (AttachMethod.AGENT, "parce qu’un agent de la mairie a vérifié qu’elle est à vous."),
    ],
)
def test_each_request_says_why_it_is_mine(site: Site, method: AttachMethod, words: str) -> None:
    """The rule, or an agent; in both languages."""
    browser, case = site.citizen(1), site.tell_one(content("PC-1"))
    if method is AttachMethod.AGENT:
        with site.store.begin() as tx:
            tx.cases.attach(case.id, link(1), method, site.clock.now())
    section = read(browser, f"/demandes/{case.id}").sections["Pourquoi je vois cette demande"]
    assert words in section
    english = read(browser, f"/demandes/{case.id}", language="en").sections["Why I see this request"]
    assert "was attached to you on 3 March 2025 because" in english


def test_a_request_is_given_back(site: Site) -> None:
    """A question with three answers, then a list without it, and an agent who looks."""
    browser, case = site.citizen(1), site.tell_one(content("PC-1"))
    path = f"/demandes/{case.id}/pas-a-moi"
    assert f'href="{path}"' in browser.get(f"/demandes/{case.id}").text
    page = read(browser, path)
    assert "Vous ne verrez plus cette demande, dès maintenant." in page.text
    assert "Je n’ai jamais fait cette demande." in page.text
    unanswered = post(browser, path)
    assert unanswered.status_code == 422
    assert "Choisissez une des trois réponses." in Reading(unanswered.text).text
    assert shown(browser) == ["Permis de construire"]
    done = post(browser, path, raison="somebody_else")
    assert (done.status_code, done.location) == (303, "/?fait=retiree")
    assert "Cette demande n’est plus dans votre liste." in read(browser, done.location).text
    assert shown(browser) == []
    for gone in (f"/demandes/{case.id}", path, f"/api/v1/cases/{case.id}"):
        assert browser.get(gone).status_code == 404
    site.tell(content("PC-1", title="Permis modifié"))
    assert shown(browser) == []


@pytest.mark.parametrize("path", ["/demandes/reclamer", "/demandes/{id}/pas-a-moi"])
def test_a72_only_our_own_pages_may_ask(site: Site, path: str) -> None:
    """A form of another site adds and removes nothing."""
    browser, case = site.citizen(1), site.tell_one(content("PC-1"))
    fields = {"numero": NUMBER, "secret": SECRET, "raison": "unsure"}
    for headers in ({}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
        answer = browser.post(path.format(id=case.id), data=fields, headers=headers)
        assert (answer.status_code, "request.cross_site" in answer.text) == (403, True)
    assert shown(browser) == ["Permis de construire"]


def test_a_notice_we_never_gave_is_not_shown(site: Site) -> None:
    """The address chooses among our sentences, and writes none."""
    page = site.citizen(1).get("/?fait=<script>alert(1)</script>").text
    assert "notice" not in page
    assert "alert" not in page
