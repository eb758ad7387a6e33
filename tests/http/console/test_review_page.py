"""One doubt: side by side, decided with a reason, confirmed by another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.domain.identity import BirthDate, Gender, Precision
from bridge.domain.review import ReviewKind
from bridge.errors import TransientError
from tests.domain.people import like
from tests.fakes.clock import FakeClock
from tests.http.console.desk import REASON, agent, decide, doubt, post
from tests.http.reading import Reading
from tests.http.site import Site
from tests.http.visits import TO_ACT
from tests.usecases.people import certified


def test_the_evidence_stands_side_by_side(site: Site) -> None:
    """Every field of both, each with a word and a sign; a difference is marked beside its colour."""
    contact_id = site.contacts.add(like(birth_date=BirthDate("1962-08-25"), gender=None))
    doubt(site, contact_id, person=certified(usage_name="MERCIER"))
    page = agent(site).get("/agents/doutes/r_1").text
    text = Reading(page).text
    assert "Nom de naissance DUBOIS DUBOIS = identique" in text
    assert "Date de naissance 24 août 1962 25 août 1962 ≈ proche Les dates diffèrent d’un chiffre" in text
    assert "Sexe femme – ? absent de la fiche" in text
    assert "Commune de naissance commune 75107 commune 75107 = identique" in text
    assert "Nom d’usage MERCIER –" in text
    assert "Nom sur la fiche – Angela DUBOIS" in text
    assert page.count('class="differs"') == 1


def test_partly_known_and_foreign_births_are_said_so(site: Site) -> None:
    """A completed first of January is not shown as a day."""
    person = like(
        birth_date=BirthDate("1962-01-01", Precision.YEAR),
        birth_place=None,
        birth_country="99350",
        gender=Gender.UNSPECIFIED,
    )
    doubt(site, person=certified(person))
    text = Reading(agent(site).get("/agents/doutes/r_1").text).text
    assert "1962 (jour et mois inconnus)" in text
    assert "Pays de naissance pays 99350" in text
    assert "Sexe non précisé" in text


def test_the_org_away_is_said_and_no_contact_can_be_chosen(site: Site) -> None:
    """What cannot be compared cannot be linked; asking and ruling out remain."""
    contact_id = site.contacts.add(like(birth_place=None))
    doubt(site, contact_id)
    site.contacts.failure = TransientError("away", system="salesforce")
    page = agent(site).get("/agents/doutes/r_1").text
    assert "Salesforce ne répond pas" in page
    assert f"link:{contact_id}" not in page
    assert 'value="not_same:"' in page


def test_a_decision_is_shown_with_author_and_reason(site: Site) -> None:
    """And nothing of the person any more."""
    contact_id = site.contacts.add(like(birth_place=None))
    doubt(site, contact_id)
    browser = agent(site)
    assert decide(browser, "r_1", f"link:{contact_id}").headers["Location"] == "/agents/doutes/r_1"
    text = Reading(browser.get("/agents/doutes/r_1").text).text
    assert f"Relier à la fiche {contact_id}" in text
    assert f"Par vous, aujourd’hui à 10 h 00. {REASON}" in text
    assert "DUBOIS" not in text
    other = Reading(agent(site, name="a_2").get("/agents/doutes/r_1").text).text
    assert "Par a_1@ville.example, aujourd’hui à 10 h 00." in other


def test_a130_the_second_agent_reads_the_first_s_decision(site: Site) -> None:
    """409, what was decided, by whom and why; nothing changed."""
    contact_id = site.contacts.add(like(birth_place=None))
    doubt(site, contact_id)
    decide(agent(site), "r_1", "not_same:")
    answer = decide(agent(site, name="a_2"), "r_1", f"link:{contact_id}", "I know her")
    assert answer.status_code == 409
    text = Reading(answer.text).text
    assert "Votre décision n’a pas été prise." in text
    assert "Ce n’est aucune de ces fiches" in text
    assert f"Par a_1@ville.example, aujourd’hui à 10 h 00. {REASON}" in text
    assert site.contacts.contacts[contact_id].contact.subject_hash is None


@pytest.mark.parametrize(
    ("choice", "reason", "code"),
    [
        ("create:", " ", "review.reason"),
        ("link:003000000000999AAA", REASON, "review.contact"),
        ("proven:", REASON, "review.choice"),
        ("ask:anything", REASON, "review.choice"),
        ("", REASON, "review.choice"),
    ],
)
def test_an_incomplete_decision_says_what_is_missing(site: Site, choice: str, reason: str, code: str) -> None:
    """In words on a page of the console, and the doubt stays."""
    doubt(site, site.contacts.add(like(birth_place=None)))
    browser = agent(site)
    answer = decide(browser, "r_1", choice, reason)
    assert (answer.status_code, code in answer.text) == (400, True)
    assert "Retour à la console" in answer.text
    assert "Votre décision" in browser.get("/agents/doutes/r_1").text


def test_two_agents_propose_and_confirm(site: Site, clock: FakeClock) -> None:
    """The proposer cannot confirm; the other confirms with one press, or sends back with a reason."""
    careful = Site.over(site.store, clock, reviews_confirmed_by_two=True)
    doubt(careful)
    first, second = agent(careful), agent(careful, name="a_2")
    assert "Proposer à un second agent" in first.get("/agents/doutes/r_1").text
    decide(first, "r_1", "create:")
    assert "ce ne peut pas être vous" in first.get("/agents/doutes/r_1").text
    own = post(first, "/agents/doutes/r_1/confirmation", accord="oui")
    assert (own.status_code, "review.same_agent" in own.text) == (403, True)

    post(second, "/agents/doutes/r_1/confirmation", accord="non", motif="see the paper file")
    assert "Proposer" in second.get("/agents/doutes/r_1").text
    decide(first, "r_1", "create:")
    assert post(second, "/agents/doutes/r_1/confirmation", accord="oui").status_code == 303
    text = Reading(second.get("/agents/doutes/r_1").text).text
    assert "confirmée par vous" in text
    assert len(careful.contacts.contacts) == 1


def test_a124_a_decision_needs_a_sign_in_of_the_last_hour(site: Site) -> None:
    """The page says it before, the form is refused after; a question may be asked all the same."""
    doubt(site)
    browser = agent(site, ago=timedelta(minutes=61))
    assert "Reconnectez-vous" in browser.get("/agents/doutes/r_1").text
    refused = decide(browser, "r_1", "create:")
    assert (refused.status_code, "agent.sign_in_again" in refused.text) == (403, True)
    assert "/agents/login" in refused.text
    assert decide(browser, "r_1", "ask:call_us").status_code == 303


def test_a_question_is_read_by_the_person_who_waits(site: Site) -> None:
    """In their language, from a fixed list, on the page that says somebody is checking."""
    waiting = site.doubtful()
    doubt(site, subject="v1:who")
    decide(agent(site), "r_1", "ask:come_with_id")
    french = Reading(waiting.get("/", headers={"Accept-Language": "fr"}).text).text
    assert "Venez à l’accueil de la mairie avec une pièce d’identité." in french
    english = Reading(waiting.get("/", headers={"Accept-Language": "en"}).text).text
    assert "Come to the town hall’s front desk with an identity document." in english


def test_a_question_reaches_somebody_not_recognised_too(site: Site) -> None:
    """A known person under a new identifier reads it on their own page."""
    waiting = site.doubtful()
    site.link(1)
    doubt(site, kind=ReviewKind.NEW_SUBJECT, subject="v1:who", link_id="l_1")
    decide(agent(site), "r_1", "ask:call_us")
    text = Reading(waiting.get("/", headers={"Accept-Language": "fr"}).text).text
    assert "Un agent a une question à vous poser. Appelez la mairie." in text


def test_a_claim_shows_its_request(site: Site) -> None:
    """Title, service and number beside the choice."""
    site.link(1)
    case = site.tell_one(TO_ACT, of=2)
    doubt(site, kind=ReviewKind.CLAIM, case_id=case.id, link_id="l_1")
    text = Reading(agent(site).get("/agents/doutes/r_1").text).text
    assert "Véranda" in text
    assert "La demande est à cette personne : la rattacher" in text
