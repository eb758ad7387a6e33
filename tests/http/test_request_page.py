"""The page of one request: what to do until when, what happened, whom to call."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest

from bridge.domain.case import Reference
from bridge.domain.status import DatePrecision, Moment, NextStep, Outcome, Phase
from bridge.http import pages
from tests.adapters.store.samples import content, status
from tests.http.reading import Reading
from tests.http.site import Site
from tests.http.visits import CITIZEN, NOBODY, TO_ACT, UNDER_WAY, read, read_request


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Nouvelles du service Urbanisme : aujourd’hui à 10 h 00."),
        ("en", "News from the planning department: today at 10:00."),
    ],
)
def test_news_bear_their_hour(site: Site, language: str, told: str) -> None:
    """Paris time, today."""
    assert told in read_request(site, UNDER_WAY, language).text


def test_a_request_says_what_to_do_until_when(site: Site) -> None:
    """Documents by name, the day, the message, the numbers and the dates, each under its heading."""
    said = replace(
        TO_ACT,
        references=(Reference("PC 092040 25 00017", "urbanisme"), Reference("4711", "guichet")),
        received=Moment(datetime(2025, 2, 11, 23, 0, tzinfo=UTC), DatePrecision.DAY),
        public_note="Le plan de masse est illisible.",
        next_step=NextStep("send_documents", ("plan de masse", "coupe"), date(2025, 6, 3)),
        silence_on=date(2025, 5, 12),
    )
    page = read_request(site, said)
    assert "Nous avons besoin de vous. C’est à vous d’agir. Mot du service : « incomplet »" in page.text
    assert (
        page.sections["Ce que vous avez à faire"]
        == "Envoyez ces documents : plan de masse coupe Au plus tard le 3 juin 2025."
    )
    assert page.sections["Message du service"] == "Le plan de masse est illisible."
    file = page.sections["Le dossier"]
    assert "Numéro PC 092040 25 00017 Numéro 4711 Service Urbanisme Demande reçue le 12 février 2025" in file
    assert "Date limite de réponse de la mairie 12 mai 2025, si votre dossier est complet" in file
    assert file.endswith("Une question ? Appelez la mairie en donnant le numéro du dossier.")


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("answer", "Répondez au service."),
        ("correct_request", "Corrigez votre dossier en ligne."),
        ("dance", "Le service attend une réponse de vous."),
    ],
)
def test_an_action_is_a_sentence(site: Site, action: str, told: str) -> None:
    """One we have no words for is still said plainly."""
    page = read_request(site, replace(TO_ACT, next_step=NextStep(action)))
    assert page.sections["Ce que vous avez à faire"] == told


@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (Phase.TO_PAY, "Payez la somme demandée."),
        (Phase.READY, "Venez chercher ce que vous avez demandé, ou suivez le message du service."),
        (Phase.SCHEDULED, "Le service attend une réponse de vous."),
    ],
)
def test_without_a_step_the_phase_says_what_to_do(site: Site, phase: Phase, told: str) -> None:
    """A service that names no step still waits for something one can say."""
    page = read_request(site, content("PC-5", said=status(phase, waiting_for=CITIZEN)))
    assert page.sections["Ce que vous avez à faire"] == told


@pytest.mark.parametrize(
    "source", sorted((files("mappings") / "municipal").iterdir(), key=str), ids=lambda file: file.name
)
def test_every_action_a_mapping_names_has_its_words(source: Traversable) -> None:
    """A word the mapping changed and the pages did not would silently become a general one."""
    named = set(re.findall(r"action: (\w+)", source.read_text(encoding="utf-8")))
    assert named <= pages._ACTIONS


@pytest.mark.parametrize(
    ("due_on", "french", "english"),
    [
        (date(2025, 3, 3), "Au plus tard le 3 mars 2025.", "By 3 March 2025."),
        (date(2025, 4, 1), "Au plus tard le 1er avril 2025.", "By 1 April 2025."),
        (
            date(2025, 3, 2),
            "La date du 2 mars 2025 est passée : appelez le service.",
            "The date of 2 March 2025 has passed: call the service.",
        ),
    ],
)
def test_a_date_that_has_passed_is_not_asked_for(site: Site, due_on: date, french: str, english: str) -> None:
    """The day itself still counts, in the list and on the page of the request."""
    case = site.tell_one(replace(TO_ACT, next_step=NextStep("answer", due_on=due_on)))
    browser = site.citizen(1)
    for path in ("/", f"/demandes/{case.id}"):
        assert french in read(browser, path).text
        assert english in read(browser, path, "en").text


def test_nothing_is_asked_of_a_citizen_who_has_nothing_to_do(site: Site) -> None:
    """A step of the town's is not dressed up as the citizen's."""
    page = read_request(site, replace(UNDER_WAY, next_step=NextStep("answer", due_on=date(2025, 6, 3))))
    assert "Ce que vous avez à faire" not in page.sections
    assert "3 juin" not in page.text


def test_a_refusal_says_what_one_can_do_next(site: Site) -> None:
    """Who decided, and where the way of appeal is written."""
    said = status(Phase.DECIDED, Outcome.REFUSED, waiting_for=NOBODY)
    french = read_request(site, content("PC-7", said=said))
    assert "Votre demande est refusée." in french.text
    assert "Le service Urbanisme peut vous l’expliquer." in french.text
    assert (
        "Ask the planning department to explain it."
        in read_request(site, content("PC-7", said=said), "en").text
    )


def test_the_timeline_is_told_latest_first_and_admits_a_step_back(site: Site) -> None:
    """Each entry with its day, its sentence and the service's own word."""
    steps = [
        content("PC-1", said=status(legacy_label="déposé")),
        content(
            "PC-1", said=status(Phase.ACTION_REQUIRED, waiting_for=CITIZEN), public_note="Il manque un plan."
        ),
        content("PC-1", said=status(Phase.RECEIVED, legacy_label="déposé de nouveau")),
    ]
    for step in steps:
        case = site.tell_one(step)
        site.clock.move(timedelta(days=1))
    history = read(site.citizen(1), f"/demandes/{case.id}").sections["Ce qui s’est passé"]
    newest, middle, oldest = (history.index(day) for day in ("5 mars", "4 mars", "3 mars"))
    assert newest < middle < oldest
    assert "Le dossier est revenu en arrière. Mot du service : « déposé de nouveau »" in history[:middle]
    assert "Il manque un plan." in history[middle:oldest]


def test_a_service_with_a_phone_and_an_address_is_reached_by_a_link(site: Site) -> None:
    """What the town wrote into the mapping becomes links."""
    reached = replace(
        site.services.mappings["urbanisme"], contact={"phone": "01 41 23 80 00", "email": "urba@ville.test"}
    )
    mappings = {**site.services.mappings, "urbanisme": reached}
    read_cases = replace(site.services.read_cases, mappings=mappings)
    other = Site.serving(replace(site.services, read_cases=read_cases), site)
    case = site.tell_one(UNDER_WAY)
    page = other.citizen(1).get(f"/demandes/{case.id}").text
    assert 'href="tel:0141238000"' in page
    assert 'href="mailto:urba@ville.test"' in page
    told = Reading(page).text
    assert "Une question ? Le service Urbanisme vous répond : 01 41 23 80 00 , urba@ville.test" in told
