"""The pages over HTTP: what is expected of whom, and how old the news are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.domain.case import CaseContent
from bridge.domain.review import LinkReview, ReviewKind
from bridge.domain.status import Outcome, Phase, WaitingFor
from tests.adapters.store.samples import content, status
from tests.http.reading import Reading
from tests.http.site import Site
from tests.http.visits import CITIZEN, FINISHED, NOBODY, TO_ACT, UNDER_WAY, read


def test_the_welcome_page_leads_to_franceconnect(site: Site) -> None:
    """The button with its sentence and its question, and the other way for who does not want it."""
    page = site.visitor().get("/").text
    assert 'href="/login/franceconnect?next=/"' in page
    said = Reading(page).text
    assert "FranceConnect est la solution de l’État pour vous connecter simplement et en sécurité." in said
    assert "S’identifier avec FranceConnect" in said
    assert "Qu’est-ce que FranceConnect ?" in said
    assert "au guichet et par téléphone" in said
    assert "Votre session est fermée." not in said
    assert "Se déconnecter" not in said


def test_who_has_just_left_reads_so(site: Site) -> None:
    """The way back from FranceConnect ends on a page that says it; a signed-in person never reads it."""
    assert "Votre session est fermée." in read(site.visitor(), "/?au-revoir=1").text
    assert "Votre session est fermée." not in read(site.citizen(1), "/?au-revoir=1").text


def test_who_left_us_and_not_franceconnect_is_told_to_close_the_browser(site: Site) -> None:
    """Where FranceConnect could not be told, the next person at this screen would be signed in at once."""
    browser = site.citizen(1)
    left = browser.post("/logout", headers={"Sec-Fetch-Site": "same-origin"})
    assert (left.status_code, left.headers["Location"]) == (303, "/?au-revoir=ici")
    told = "Fermez le navigateur : FranceConnect n’a pas pu être prévenu."
    assert f"Votre session est fermée. {told}" in read(browser, "/?au-revoir=ici").text
    assert told not in read(browser, "/?au-revoir=1").text
    english = read(browser, "/?au-revoir=ici", "en").text
    assert "You are signed out. Close the browser: FranceConnect could not be told." in english


def test_the_list_puts_first_what_waits_for_the_citizen(site: Site) -> None:
    """Three regions in this order, whatever changed last."""
    for said in (TO_ACT, UNDER_WAY, FINISHED):
        site.tell(said)
        site.clock.move(timedelta(minutes=1))
    page = read(site.citizen(1))
    assert list(page.sections)[:3] == ["À vous de jouer", "En cours", "Terminées"]
    assert page.sections["À vous de jouer"].startswith(
        "Véranda Nous avons besoin de vous. C’est à vous d’agir."
    )
    assert page.sections["En cours"].startswith("Clôture Un agent étudie votre demande. C’est à nous d’agir.")
    assert page.sections["Terminées"].startswith("Piscine C’est fait.")
    assert "agir" not in page.sections["Terminées"]
    assert "Bonjour Angela DUBOIS Une demande vous attend." in page.text


def test_a_region_without_requests_is_not_there(site: Site) -> None:
    """Nobody reads an empty heading."""
    site.tell(UNDER_WAY)
    page = read(site.citizen(1))
    assert list(page.sections) == ["En cours", "Pourquoi je vois ces demandes"]
    assert "Vous n’avez rien à faire." in page.text


SURE, LIKELY = "Vous n’avez rien à faire.", "D’après ce que nous savons, vous n’avez rien à faire."


@pytest.mark.parametrize(
    ("said", "hours", "told"),
    [
        (UNDER_WAY, 1, f"Bonjour Angela DUBOIS {SURE}"),
        (UNDER_WAY, 49, f"Bonjour Angela DUBOIS {LIKELY}"),
        (FINISHED, 49, f"Bonjour Angela DUBOIS {SURE}"),
        (content("PC-4", said=status(waiting_for=WaitingFor.UNKNOWN)), 1, f"Bonjour Angela DUBOIS {LIKELY}"),
    ],
)
def test_there_is_nothing_to_do_as_far_as_we_know(
    site: Site, said: CaseContent, hours: int, told: str
) -> None:
    """Old news of a running request, or nobody known to act, promise nothing."""
    site.tell(said)
    site.clock.move(timedelta(hours=hours))
    assert told in read(site.citizen(1)).text


def test_beyond_a_hundred_the_page_says_so_and_misses_nothing_to_do(site: Site) -> None:
    """The oldest request waits for the citizen: it comes first all the same."""
    site.tell(TO_ACT)
    site.clock.move(timedelta(minutes=1))
    site.tell(*(content(f"N-{number}", title=f"Clôture {number}") for number in range(99)))
    page = read(site.citizen(1))
    assert "Voici vos 100 demandes" not in page.text
    site.clock.move(timedelta(minutes=1))
    site.tell(content("N-99"), content("N-100"))
    browser = site.citizen(1)
    page = read(browser)
    assert "Une demande vous attend. Voici vos 100 demandes les plus récentes." in page.text
    assert page.sections["À vous de jouer"].startswith("Véranda")
    assert browser.get("/").text.count('class="sentence"') == 101
    assert "These are your 100 latest requests." in read(browser, language="en").text


def test_beyond_a_hundred_nothing_is_promised_of_what_is_not_shown(site: Site) -> None:
    """The news of an older request that runs may be late, and nobody would see it."""
    site.tell(*(content(f"N-{number}") for number in range(101)))
    assert LIKELY in read(site.citizen(1)).text


def test_several_requests_that_wait_are_counted(site: Site) -> None:
    """The first sentence answers: do I have to do something?"""
    site.tell(TO_ACT, content("PC-9", said=status(Phase.TO_PAY, waiting_for=CITIZEN)))
    assert "2 demandes vous attendent." in read(site.citizen(1)).text
    assert "2 requests are waiting for you." in read(site.citizen(1), language="en").text


def test_an_empty_list_says_what_may_be_missing(site: Site) -> None:
    """No request is explained, with what to do."""
    page = read(site.citizen(1))
    assert (
        "Ajoutez-la avec son récépissé, ou appelez la mairie avec son numéro"
        in page.sections["Nous ne connaissons aucune demande à votre nom."]
    )


def test_the_list_says_why_one_sees_it(site: Site) -> None:
    """How and when the identity was attached, and what to do about a request that is not mine."""
    page = read(site.citizen(1))
    why = page.sections["Pourquoi je vois ces demandes"]
    assert "rattachée le 3 mars 2025" in why
    assert "votre état civil y est le même que celui que FranceConnect certifie." in why
    assert "La page de chaque demande dit pourquoi elle est à vous." in why


def test_somebody_under_review_reads_that_they_need_do_nothing(site: Site) -> None:
    """No request, no number, one date to come back."""
    site.tell(TO_ACT)
    french, english = read(site.doubtful()), read(site.doubtful(), language="en")
    assert "Est-ce bien vous ?" in french.text
    assert "Vous n’avez rien à faire." in french.sections["Attendre un agent"]
    assert "Comptez deux jours ouvrés, puis reconnectez-vous." in french.sections["Attendre un agent"]
    assert "Is it really you?" in english.text
    assert "Véranda" not in french.text


def test_somebody_we_could_not_recognise_reads_so(site: Site) -> None:
    """After a correction of their civil status they are told that nothing is lost, and what happens next."""
    doubt = LinkReview("r_1", ReviewKind.NEW_SUBJECT, "v1:who", (), ("subject.new",), site.clock.now())
    with site.store.begin() as tx:
        tx.reviews.open(doubt, "pivot", "sealed")
    french, english = read(site.doubtful()), read(site.doubtful(), language="en")
    assert "Nous n’avons pas su vous reconnaître" in french.text
    assert "Vos demandes ne sont pas perdues." in french.text
    assert "We could not recognise you" in english.text


def test_late_news_say_what_was_known_when(site: Site) -> None:
    """Twice the usual time without a word is late."""
    site.tell(UNDER_WAY)
    site.clock.move(timedelta(minutes=2 * 1440, seconds=1))
    french, english = read(site.citizen(1)), read(site.citizen(1), language="en")
    assert "Le service Urbanisme tarde à donner des nouvelles." in french.text
    assert "Voici ce que nous savions le 3 mars 2025 à 10 h 00." in french.text
    assert (
        "The news from the planning department is late. This is what we knew on 3 March 2025" in english.text
    )


def test_a_service_whose_news_cannot_be_read_is_named(site: Site) -> None:
    """The request stays, with the hour it is true for and since when; silence is only one of the causes."""
    site.tell(UNDER_WAY)
    site.clock.move(timedelta(hours=21))
    with site.store.begin() as tx:
        tx.intake.source_failed("urbanisme", "remote.unavailable", site.clock.now(), site.clock.now())
    site.clock.move(timedelta(hours=2))
    french, english = read(site.citizen(1)), read(site.citizen(1), language="en")
    assert (
        "Nous n’arrivons pas à lire les nouvelles du service Urbanisme depuis aujourd’hui à 7 h 00. "
        "Voici ce que nous savions hier à 10 h 00." in french.text
    )
    assert (
        "We have not been able to read the news from the planning department since today at 7:00. "
        "This is what we knew yesterday at 10:00." in english.text
    )


def test_a_request_no_longer_reported_is_neither_closed_nor_hidden(site: Site) -> None:
    """The last state stays under way, with the day the service stopped naming it."""
    site.tell(UNDER_WAY)
    site.clock.move(timedelta(days=1))
    with site.store.begin() as tx:
        tx.cases.mark_unreported("urbanisme", [], site.clock.now())
    page = read(site.citizen(1))
    assert (
        "Ce service ne nous donne plus de nouvelles de ce dossier depuis le 4 mars 2025."
        in page.sections["En cours"]
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_status_has_its_sentence_on_both_pages(site: Site, language: str) -> None:
    """Each phase and each outcome is drawn, and never shows its code."""
    for number, phase in enumerate(Phase):
        if phase not in {Phase.DECIDED, Phase.CLOSED}:
            site.tell(content(f"P-{number}", said=status(phase)))
    for number, outcome in enumerate(Outcome):
        decided = outcome in {Outcome.ACCEPTED, Outcome.PARTLY_ACCEPTED, Outcome.REFUSED}
        phase = Phase.DECIDED if decided else Phase.CLOSED
        site.tell(content(f"O-{number}", said=status(phase, outcome, waiting_for=NOBODY)))
    browser = site.citizen(1)
    page = browser.get("/", headers={"Accept-Language": language}).text
    assert page.count('class="sentence"') == len(Phase) - 2 + len(Outcome)
    said = Reading(page).text
    assert not [code for code in (*Phase, *Outcome) if "_" in code and code in said]
