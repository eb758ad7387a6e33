"""What needs an agent now, and the queue kept in its address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bridge.adapters.salesforce.budget import ApiBudget
from bridge.domain.agent import Role
from bridge.domain.bulk import BulkKind
from bridge.domain.review import ReviewKind
from tests.adapters.store.test_parked_records import record
from tests.http.console.desk import agent, doubt
from tests.http.reading import Reading
from tests.http.site import Browser, Site
from tests.http.visits import read
from tests.usecases.people import certified


def text_of(browser: Browser, path: str) -> str:
    """Open a page of the console and give what it says."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return Reading(answer.text).text


def test_the_first_page_says_what_waits(site: Site) -> None:
    """Doubts with their age, stops with their cause, sources that never answered."""
    doubt(site, "003A")
    with site.store.begin() as tx:
        tx.intake.park([replace(record(1), parked_at=site.clock.now())])
    site.clock.move(timedelta(minutes=5))
    page = read(agent(site, Role.READER), "/agents/")
    assert "1 doute, 1 arrêt, 4 sources en retard." in page.text
    assert "Qui est cette personne ? À décider 1 il y a 5 min" in page.text
    assert "Le logiciel du service emploie un mot d’état inconnu" in page.sections["Ce qui s’est arrêté"]
    assert "jamais" in page.sections["Sources en retard"]


def test_a_quiet_day_is_said_so(site: Site) -> None:
    """Nothing waits, and the page says it in one sentence."""
    with site.store.begin() as tx:
        for source in site.services.mappings:
            tx.intake.source_answered(source, site.clock.now(), site.clock.now() + timedelta(days=1))
    assert "Rien n’attend." in text_of(agent(site, Role.READER), "/agents/")


def test_the_address_without_its_last_stroke_leads_there(site: Site) -> None:
    """Typed by hand it works too."""
    answer = agent(site).get("/agents")
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://demarches.ville.test/agents/")


def test_the_queue_names_nobody(site: Site) -> None:
    """Kinds, codes in words and ages: a name is one click and one audit row away."""
    doubt(site, "003A", "003B")
    page = text_of(agent(site, Role.READER), "/agents/doutes")
    assert "Qui est cette personne ?" in page
    assert "2 fiches" in page
    assert "La commune de naissance n’est pas connue." in page
    assert not any(name in page for name in ("DUBOIS", "Angela", "1962"))


def test_the_state_of_the_list_is_its_address(site: Site) -> None:
    """A filtered, sorted page can be sent to a colleague; unknown words are ignored."""
    doubt(site, "003A")
    doubt(site, "003A", kind=ReviewKind.TWO_SUBJECTS, number=2, person=certified(subject="another"))
    browser = agent(site)
    page = browser.get("/agents/doutes?genre=two_subjects&tri=recent&page=1").text
    assert "r_2" in page
    assert "r_1" not in page
    assert '<option value="two_subjects" selected>' in page
    assert '<option value="recent" selected>' in page
    everything = browser.get("/agents/doutes?genre=%3Cscript%3E&etat=x&niveau=y&page=-4&tri=z").text
    assert "r_1" in everything
    assert "script" not in everything


def test_a_long_queue_has_pages(site: Site) -> None:
    """Fifty a page, with the filters kept in the links."""
    for number in range(51):
        doubt(site, "003A", number=number, person=certified(subject=f"sub {number}"))
    browser = agent(site)
    first = browser.get("/agents/doutes?genre=identity").text
    assert "/agents/doutes?genre=identity&amp;page=2" in first
    second = browser.get("/agents/doutes?genre=identity&page=2").text
    assert second.count('data-label="Doute"') == 1
    assert "Précédents" in second


def test_the_journal_is_shown_to_administrators_alone(site: Site) -> None:
    """Others see no link to it, and no page of it."""
    assert "Journal" not in text_of(agent(site, Role.REVIEWER), "/agents/")
    assert "Journal" in text_of(agent(site, Role.ADMINISTRATOR, name="a_2"), "/agents/")


def test_the_way_to_salesforce_is_told(site: Site) -> None:
    """What the org's calls allow and who waits for it, since when it fails, and a job that takes long."""
    budget, desk, now = ApiBudget(site.clock.now), site.services.desk, site.clock.now()
    budget.record("api-usage=880/1000")
    with site.store.begin() as tx:
        job = tx.bulk.start(BulkKind.CASES, timedelta(), now)
        job = tx.bulk.opened(job, "750000000000001AAA", 12_000, timedelta(), now)
        tx.bulk.sent(job, now, now)
        tx.intake.source_failed("salesforce", "remote.503", now, now)
    site.clock.move(timedelta(hours=3))
    services = replace(site.services, desk=replace(desk, overview=replace(desk.overview, budget=budget)))
    told = read(agent(Site.serving(services, site), Role.READER), "/agents/").sections["Vers Salesforce"]
    assert "ne prend rien depuis 3 h (remote.503)" in told
    assert "Un envoi de 12000 lignes y est en cours depuis 3 h." in told
    assert "Appels utilisés sur 24 heures : 88 %." in told
    assert "Les relevés réguliers attendent. Les reprises de données attendent." in told
    assert "immédiates" not in told
