"""Links found and undone, stops tried again, the journal read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bridge.domain.agent import Role
from bridge.domain.synchronisation import PushResult, PushState
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.adapters.store.samples import claim, content
from tests.adapters.store.test_parked_records import record
from tests.http.console.desk import REASON, agent, doubt, post
from tests.http.reading import Reading
from tests.http.site import Site
from tests.http.visits import UNDER_WAY, read
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, parked, row

CONTACT = "003000000000001"


def test_a_link_is_found_by_contact_and_by_number(site: Site) -> None:
    """One click from either to its history and its requests."""
    case = site.tell_one(UNDER_WAY)
    browser = agent(site, Role.READER)
    by_contact = read(browser, f"/agents/liens?q={CONTACT}").text
    assert "l_1 Règle certaine : les six champs sont égaux" in by_contact
    by_number = read(browser, f"/agents/liens?q={case.id}").text
    assert "Clôture" in by_number
    assert "Un agent étudie votre demande." in by_number
    page = read(browser, "/agents/liens/l_1")
    assert "Ce lien est en place." in page.text
    assert "Clôture" in page.sections["Demandes montrées par ce lien"]
    assert "Rien sous ce numéro" in read(browser, "/agents/liens?q=DUBOIS").text


def test_undoing_asks_says_what_goes_and_keeps_the_reason(site: Site) -> None:
    """The citizen is out at once, and the history tells who and why."""
    site.tell_one(UNDER_WAY)
    citizen, browser = site.citizen(1), agent(site)
    form = read(browser, "/agents/liens/l_1/defaire").text
    assert "1 demande sera détachée, ici et dans Salesforce." in form
    assert citizen.get("/api/v1/me").status_code == 200
    answer = post(browser, "/agents/liens/l_1/defaire", motif=REASON)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agents/liens/l_1")
    assert citizen.get("/api/v1/me").status_code == 401
    history = read(browser, "/agents/liens/l_1").sections["Histoire"]
    assert "Défait par vous" in history
    assert REASON in history
    again = post(browser, "/agents/liens/l_1/defaire", motif=REASON)
    assert (again.status_code, "link.undone" in again.text) == (409, True)


def test_a124_undoing_needs_a_sign_in_of_the_last_hour_and_a_reason(site: Site) -> None:
    """Neither a session left open nor an empty field ends a link."""
    site.link(1)
    old = agent(site, ago=timedelta(hours=2))
    assert "Reconnectez-vous" in old.get("/agents/liens/l_1/defaire").text
    refused = post(old, "/agents/liens/l_1/defaire", motif=REASON)
    assert (refused.status_code, "agent.sign_in_again" in refused.text) == (403, True)
    fresh = agent(site, name="a_2")
    refused = post(fresh, "/agents/liens/l_1/defaire", motif="  ")
    assert (refused.status_code, "review.reason" in refused.text) == (400, True)
    assert site.citizen(1).get("/api/v1/me").status_code == 200


def test_a_reader_sees_no_button(site: Site) -> None:
    """What a role may not do is not offered."""
    site.link(1)
    with site.store.begin() as tx:
        tx.intake.park([record(1)])
    reader = agent(site, Role.READER)
    assert "Défaire" not in reader.get("/agents/liens/l_1").text
    stops = reader.get("/agents/arrets/fiche/urbanisme/record.status_unmapped").text
    assert "PC-1" in stops
    assert "Rejouer" not in stops
    doubt(site)
    assert "/agents/doutes/r_1" not in reader.get("/agents/doutes").text


def test_stops_are_shown_with_cause_and_next_step(site: Site) -> None:
    """Records and pushes, each with its words, one by one below."""
    site.tell_one(content("PC-9"))
    (push,) = claim(site.store, site.clock.now())
    refused = PushResult(push, PushState.PARKED, cause_code="STRING_TOO_LONG", cause_text="Case: Subject")
    with site.store.begin() as tx:
        tx.pushes.settle([refused], site.clock.now())
        tx.intake.park([replace(record(1), parked_at=site.clock.now())])
    browser = agent(site)
    page = read(browser, "/agents/arrets").text
    assert "Une valeur dépasse la longueur du champ Salesforce. Envoi vers Salesforce" in page
    assert "Ajoutez ce mot au tableau status.words du fichier, puis rejouez." in page
    below = read(browser, "/agents/arrets/envoi/urbanisme/STRING_TOO_LONG").text
    assert "Case: Subject" in below
    done = post(browser, "/agents/arrets/envoi/urbanisme/STRING_TOO_LONG/rejouer", id=push.case_id)
    assert done.status_code == 303
    with site.store.begin() as tx:
        assert tx.pushes.parked() == ()


def test_a129_many_at_once_need_the_number_that_was_shown(site: Site) -> None:
    """A bare press changes nothing; the confirmation page says how many and how many calls."""
    site.tell(*(content(f"PC-{number}") for number in range(3)))
    pushes = claim(site.store, site.clock.now())
    with site.store.begin() as tx:
        refused = [PushResult(push, PushState.PARKED, cause_code="STRING_TOO_LONG") for push in pushes]
        tx.pushes.settle(refused, site.clock.now())
    browser = agent(site)
    path = "/agents/arrets/envoi/urbanisme/STRING_TOO_LONG/rejouer"
    page = read(browser, path).text
    assert "Rejouer 3 fiches ?" in page
    assert "Environ 1 appel à Salesforce" in page
    for fields in ({}, {"nombre": "50000"}, {"nombre": ""}):
        assert post(browser, path, **fields).status_code == 400
    with site.store.begin() as tx:
        assert len(tx.pushes.parked()) == 3
    assert post(browser, path, nombre="3").status_code == 303
    with site.store.begin() as tx:
        assert tx.pushes.parked() == ()


def test_a_record_that_still_stops_is_said_so(site: Site) -> None:
    """Nothing was mended: the page of the cause comes back with the count."""
    AbsorbDelivery(site.store, PSEUDONYMS, site.clock)(URBANISME, delivery(row(1, CD_ETAT="ZZZ")))
    browser = agent(site)
    (stopped,) = parked(site.store)
    path = "/agents/arrets/fiche/urbanisme/record.status_unmapped"
    answer = post(browser, f"{path}/rejouer", id=stopped.id)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?essayes=1&arretes=1")
    assert "1 rejoué, dont 1 encore arrêté." in read(browser, answer.headers["Location"]).text
    assert [record.source_case_id for record in parked(site.store)] == ["DP 1"]


def test_the_journal_tells_who_did_what_and_why(site: Site) -> None:
    """Narrowed by its address, and its own reading is written in it."""
    site.link(1)
    post(agent(site), "/agents/liens/l_1/defaire", motif=REASON)
    chief = agent(site, Role.ADMINISTRATOR, name="a_2")
    page = Reading(chief.get("/agents/journal?objet=l_1").text).text
    assert f"a_1 link.undone l_1 {CONTACT} {REASON}" in page
    assert "audit.read" in chief.get("/agents/journal?auteur=a_2").text
    assert "link.undone" not in chief.get("/agents/journal?auteur=a_2").text
