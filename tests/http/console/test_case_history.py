"""The history of a request, with what agents changed in Salesforce against the town's own data."""

from __future__ import annotations

from datetime import timedelta

from bridge.domain.agent import Role
from bridge.domain.causes import CASE_UNKEYED
from bridge.domain.org_case import CaseConflict, Outcome
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.adapters.store.samples import content
from tests.http.console.desk import agent, post
from tests.http.site import Site
from tests.http.visits import UNDER_WAY, read
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, audited, causes, delivery, row

USER = "005Qk000000002AIAQ"


def conflict(site: Site, case_id: str, *fields: str, outcome: Outcome = Outcome.REWRITTEN) -> None:
    """Have an agent of the org change fields that are the town's."""
    site.clock.move(timedelta(minutes=1))
    now = site.clock.now()
    with site.store.begin() as tx:
        tx.conflicts.add(CaseConflict(case_id, now, USER, fields, outcome, now))


def test_who_when_and_which_field_are_told_and_no_value(site: Site) -> None:
    """Beside what the source said, in one list, with what became of it."""
    case = site.tell_one(UNDER_WAY)
    conflict(site, case.id, "Phase__c", "Subject", "Autre__c")
    conflict(site, case.id, "ContactId", outcome=Outcome.LEFT)
    page = read(agent(site, Role.READER), f"/agents/demandes/{case.id}")
    history = page.sections["Histoire"]
    assert f"Dans Salesforce, l’utilisateur {USER} a changé l’état, l’objet, Autre__c." in history
    assert "La valeur de la ville a été remise." in history
    assert "a changé la fiche du citoyen." in history
    assert "Un agent étudie votre demande." in history
    assert history.index("la fiche du citoyen") < history.index("l’état, l’objet")
    assert ("a_1", "case.history", case.id) in {line[:3] for line in audited(site.store)}


def test_a_stop_is_told_with_its_next_step(site: Site) -> None:
    """An agent who comes from a telephone call reads why nothing moves, and what to do."""
    case = site.tell_one(UNDER_WAY)
    with site.store.begin() as tx:
        tx.in_org.hold(case.id, CASE_UNKEYED, "", site.clock.now())
    conflict(site, case.id, CASE_UNKEYED, outcome=Outcome.HELD)
    browser = agent(site)
    page = read(browser, f"/agents/demandes/{case.id}")
    assert "Arrêtée." in page.text
    assert "la clé est remise sur la requête d’origine" in page.text
    assert "quelqu’un a effacé ou changé sa clé externe" in page.sections["Histoire"]
    below = read(browser, f"/agents/arrets/envoi/urbanisme/{CASE_UNKEYED}")
    assert case.id in below.text


def test_the_citizen_reads_nothing_of_it(site: Site) -> None:
    """What goes on between the town's own systems is not theirs to carry."""
    case = site.tell_one(UNDER_WAY)
    conflict(site, case.id, "Phase__c")
    with site.store.begin() as tx:
        tx.in_org.hold(case.id, CASE_UNKEYED, "", site.clock.now())
    citizen = site.citizen(1)
    for address in (f"/api/v1/cases/{case.id}", f"/api/v1/cases/{case.id}/events", f"/demandes/{case.id}"):
        answer = citizen.get(address)
        assert answer.status_code == 200
        assert USER not in answer.text
        assert "Salesforce" not in answer.text


def test_another_service_s_request_is_no_request(site: Site) -> None:
    """Sectors limit requests: one outside them is not there."""
    case = site.tell_one(UNDER_WAY)
    roads = agent(site, Role.READER, sectors=("voirie",))
    assert roads.get(f"/agents/demandes/{case.id}").status_code == 404
    assert agent(site, name="a_2").get("/agents/demandes/c_unknown").status_code == 404


def test_after_a_mapping_was_corrected_all_it_stopped_is_tried_again(site: Site) -> None:
    """One page says how many and why, one press tries them; the number shown is the number sent."""
    AbsorbDelivery(site.store, PSEUDONYMS, site.clock)(URBANISME, delivery(row(1, CD_ETAT="ZZZ"), row(2)))
    browser = agent(site)
    path = "/agents/arrets/correspondance/urbanisme"
    assert path in browser.get("/agents/arrets").text
    page = read(browser, path).text
    assert "1 arrêt peut en dépendre." in page
    assert "Rejouer 1 arrêt" in page
    assert post(browser, path, nombre="7").status_code == 400
    assert post(browser, path, nombre="1").status_code == 303
    assert causes(site.store) == {"DP 1": "record.status_unmapped"}
    reader = agent(site, Role.READER, name="a_2")
    assert reader.get(path).status_code == 403


def test_a_notification_in_vain_is_listed_and_cleared(site: Site) -> None:
    """It is of Salesforce, not of a service, and replaying it has everything looked at."""
    with site.store.begin() as tx:
        for _ in range(3):
            tx.notifications.park("notification.kind:Lead", "notification.kind", "Lead", site.clock.now())
    browser = agent(site)
    page = read(browser, "/agents/arrets").text
    assert "Salesforce notifie un objet que la passerelle ne suit pas." in page
    below = "/agents/arrets/notification/salesforce/notification.kind"
    assert "3 ×" in read(browser, below).text
    assert post(browser, f"{below}/rejouer", id="notification.kind:Lead").status_code == 303
    assert "Rien ne s’est arrêté" in read(browser, "/agents/arrets").text


def test_a125_words_of_a_source_or_of_the_org_stay_words(site: Site) -> None:
    """A title, a label, a field's name: shown, and no element is born of them."""
    hostile = "<script>alert(1)</script>"
    case = site.tell_one(content("PC-7", title=hostile))
    conflict(site, case.id, hostile)
    answer = agent(site).get(f"/agents/demandes/{case.id}")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)") == 2
