"""Attempts on the agents' console: without a role, from another site, through words from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bridge.domain.agent import MOST_PEOPLE_AN_HOUR, Role
from bridge.domain.identity import BirthDate
from bridge.domain.review import ReviewKind
from bridge.http.access import Access, access_of
from bridge.usecases.ports import AuditEntry
from tests.abuse.test_hostile_words import CORPUS, PLAIN_PAGE, said_by
from tests.adapters.store.samples import content
from tests.adapters.store.test_parked_records import record
from tests.domain.people import like
from tests.http.console.desk import OURS, REASON, agent, decide, doubt, post
from tests.http.reading import Reading
from tests.http.site import Browser, Site
from tests.usecases.people import certified

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

NEEDED = {
    "console.home": Access.READER,
    "console.reviews": Access.READER,
    "console.review": Access.REVIEWER,
    "console.decision": Access.REVIEWER,
    "console.confirmation": Access.REVIEWER,
    "console.search": Access.READER,
    "console.link": Access.READER,
    "console.undo_form": Access.REVIEWER,
    "console.undo_now": Access.REVIEWER,
    "console.case_history": Access.READER,
    "console.stopped": Access.READER,
    "console.stopped_cause": Access.READER,
    "console.replay_form": Access.REVIEWER,
    "console.replay_now": Access.REVIEWER,
    "console.mapping_form": Access.REVIEWER,
    "console.mapping_fixed": Access.REVIEWER,
    "console.journal": Access.ADMINISTRATOR,
    "console.reading_reason": Access.READER,
    "console.explain_reading": Access.READER,
}
"""The whole console, to be read by a person: what each page needs at least."""
PARTS = {
    "review_id": "r_1",
    "link_id": "l_1",
    "case_id": "c_1",
    "kind": "fiche",
    "source": "urbanisme",
    "code": "record.status_unmapped",
}
FORM = {"label", "input", "textarea", "select", "option", "fieldset", "legend"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
ELEMENTS = PLAIN_PAGE | FORM | TABLE


def routes(site: Site) -> list[tuple[str, str, str]]:
    """Give each route of the console as method, endpoint and an address."""
    return [
        (method, rule.endpoint, site.app.url_map.bind("x").build(rule.endpoint, _parts(rule.arguments)))
        for rule in site.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.endpoint.startswith("console.")
    ]


def ask(browser: Browser, method: str, path: str) -> TestResponse:
    """Ask as one of our own pages would."""
    return browser.open(path, method=method, headers=OURS)


def test_a123_every_route_of_the_console_states_its_role(site: Site) -> None:
    """None is open to everyone or to citizens, and none is missing from the list."""
    stated = {endpoint: access_of(site.app, endpoint) for _, endpoint, _ in routes(site)}
    assert stated == NEEDED


def test_a123_nobody_else_gets_in(site: Site) -> None:
    """A visitor, a citizen, an agent taken off the list, a forged cookie: the door, or 401, and no words."""
    site.link(1)
    doubt(site, site.contacts.add(like(birth_place=None)))
    removed = agent(site, name="a_gone")
    with site.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE agents SET removed_at = added_at WHERE id = 'a_gone'")
    forged = site.visitor()
    forged.set_cookie("__Host-agent", "x" * 43, domain="demarches.ville.test", secure=True)
    late = agent(site, name="a_late", ago=timedelta(hours=9))
    for browser in (site.visitor(), site.citizen(1), removed, forged, late):
        for method, endpoint, path in routes(site):
            answer = ask(browser, method, path)
            if method == "GET":
                assert answer.status_code == 303, endpoint
                assert answer.headers["Location"].startswith("/agents/login?next=%2Fagents%2F")
            else:
                assert answer.status_code == 401, endpoint
                assert "agent.session_required" in answer.text
            assert "DUBOIS" not in answer.text


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER])
def test_a123_a_role_opens_its_own_pages_only(site: Site, role: Role) -> None:
    """What needs more is 403, whatever the method."""
    browser = agent(site, role)
    ranks = {Access.READER: Role.READER, Access.REVIEWER: Role.REVIEWER}
    for method, endpoint, path in routes(site):
        needed = ranks.get(NEEDED[endpoint], Role.ADMINISTRATOR)
        answer = ask(browser, method, path)
        refused = answer.status_code == 403 and "agent.role" in answer.text
        assert refused is not role.may_act_as(needed), endpoint


def test_a123_a_role_taken_away_counts_at_once(site: Site) -> None:
    """The next request of a session already open is refused."""
    browser = agent(site, Role.ADMINISTRATOR)
    assert browser.get("/agents/journal").status_code == 200
    with site.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE agents SET role = 'reader'")
    assert browser.get("/agents/journal").status_code == 403


def test_a123_an_agent_of_one_service_reads_no_other(site: Site) -> None:
    """Neither in the queue, nor by address, nor by number, nor among what stopped."""
    site.link(1)
    case = site.tell_one(content("PC-1", title="Véranda"))
    doubt(site, kind=ReviewKind.NOT_MINE, case_id=case.id, link_id="l_1")
    with site.store.begin() as tx:
        tx.intake.park([record(1)])
    roads = agent(site, sectors=("voirie",))
    planning = agent(site, name="a_2", sectors=("urbanisme",))
    for path in ("/agents/", "/agents/doutes", "/agents/liens?q=urbanisme:PC-1", "/agents/arrets"):
        assert planning.get(path).text != roads.get(path).text
        assert "r_1" not in roads.get(path).text
        assert "Véranda" not in roads.get(path).text
    for path in ("/agents/doutes/r_1", "/agents/arrets/fiche/urbanisme/record.status_unmapped"):
        assert planning.get(path).status_code == 200
        hidden, missing = roads.get(path), roads.get(path.replace("r_1", "r_2").replace("unmapped", "x"))
        assert (hidden.status_code, missing.status_code) == (404, 404)
    assert decide(roads, "r_1", "attach:").status_code == 404
    assert "1 autre, hors de vos services." in Reading(roads.get("/agents/liens/l_1").text).text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
    ],
)
def test_a124_a_form_of_another_site_changes_nothing(site: Site, headers: dict[str, str]) -> None:
    """Every POST of the console, with the agent's own cookie."""
    site.link(1)
    doubt(site)
    browser = agent(site, Role.ADMINISTRATOR)
    fields = {"choix": "create:", "motif": REASON, "accord": "oui", "nombre": "1", "id": "k_1"}
    for method, endpoint, path in routes(site):
        if method == "POST":
            answer = browser.post(path, data=fields, headers=headers)
            assert (answer.status_code, "request.cross_site" in answer.text) == (403, True), endpoint
    with site.store.begin() as tx:
        assert [review.id for review in tx.reviews.undecided()] == ["r_1"]
        assert tx.links.by_id("l_1") is not None


@pytest.mark.parametrize("path", ["/agents/doutes/r_1/decision", "/agents/liens/l_1/defaire"])
def test_a124_an_address_alone_changes_nothing(site: Site, path: str) -> None:
    """A link in a mail does nothing: what changes is no GET, and fields in the address do not count."""
    site.link(1)
    doubt(site)
    browser = agent(site)
    query = {"choix": "create:", "motif": REASON}
    assert browser.get(path, query_string=query).status_code in {200, 405}
    assert browser.post(path, query_string=query, headers=OURS).status_code == 400
    with site.store.begin() as tx:
        assert tx.links.by_id("l_1") is not None
        assert len(tx.reviews.undecided()) == 1


@pytest.mark.parametrize("kind", CORPUS)
def test_a125_words_from_outside_stay_words(site: Site, kind: str) -> None:
    """Names, numbers, labels, causes, reasons, the agent's name: shown, and no element is born of them."""
    words = CORPUS[kind]
    browser = _filled_with(site, words)
    paths = (
        "/agents/",
        "/agents/doutes",
        "/agents/doutes/r_1",
        "/agents/doutes/r_2",
        "/agents/doutes/r_3",
        "/agents/liens?q=urbanisme:PC-1",
        "/agents/liens/l_1",
        "/agents/liens/l_1/defaire",
        "/agents/arrets",
        "/agents/arrets/fiche/urbanisme/record.status_unmapped",
        "/agents/arrets/fiche/urbanisme/record.status_unmapped/rejouer",
        "/agents/journal",
    )
    shown = set()
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        reading = Reading(answer.text)
        assert reading.tags <= ELEMENTS, (path, reading.tags - ELEMENTS)
        assert answer.text.count("<h1>") == 1
        if "".join(words.split()) in "".join(reading.text.split()):
            shown.add(path)
        assert "script" not in answer.headers["Content-Security-Policy"]
    assert shown == set(paths), "the name of the agent stands on every page"


@pytest.mark.parametrize("kind", ["script", "attribute", "template", "control"])
def test_a125_what_is_searched_is_shown_as_text(site: Site, kind: str) -> None:
    """A search comes back in its field, quoted; an unknown filter does not come back at all."""
    words = CORPUS[kind]
    browser = agent(site, Role.ADMINISTRATOR)
    for path, name in (("/agents/liens", "q"), ("/agents/journal", "auteur"), ("/agents/doutes", "genre")):
        answer = browser.get(path, query_string={name: words})
        assert answer.status_code == 200
        assert Reading(answer.text).tags <= ELEMENTS
        assert "49" not in Reading(answer.text).text
        assert 'onmouseover="alert' not in answer.text


def test_a126_an_agent_who_reads_five_hundred_people_is_stopped(
    site: Site,
) -> None:
    """403 with the way on: a reason, which the administrator finds in the journal."""
    site.link(1)
    browser = agent(site)
    with site.store.begin() as tx:
        for number in range(MOST_PEOPLE_AN_HOUR):
            tx.audit.add(AuditEntry("a_1", "link.history", f"l_{number + 10}"), site.clock.now())
    stopped = browser.get("/agents/liens/l_1")
    assert (stopped.status_code, "agent.many_people" in stopped.text) == (403, True)
    assert "/agents/motif" in stopped.text
    assert post(browser, "/agents/motif", motif=" ").status_code == 400
    assert browser.get("/agents/liens/l_1").status_code == 403
    assert post(browser, "/agents/motif", motif="contrôle annuel").status_code == 303
    assert browser.get("/agents/liens/l_1").status_code == 200
    journal = agent(site, Role.ADMINISTRATOR, name="a_2").get(
        "/agents/journal?action=agent.reading_explained"
    )
    assert "contrôle annuel" in journal.text


def test_a131_the_console_stands_in_no_frame_and_opens_no_window(site: Site) -> None:
    """No framing, no script, nothing from elsewhere, no new window, and nothing kept by a shared machine."""
    site.link(1)
    doubt(site, site.contacts.add(like(birth_place=None)))
    browser = agent(site, Role.ADMINISTRATOR)
    for method, _, path in routes(site):
        if method != "GET":
            continue
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "private, no-store"
        page = answer.text.lower()
        for forbidden in ("<script", "<style", " style=", "onclick=", "javascript:", "<iframe", "target="):
            assert forbidden not in page
        assert "http://" not in page
        assert "https://" not in page


def _filled_with(site: Site, words: str) -> Browser:
    """Put these words wherever somebody outside can put words; give an administrator of that name."""
    person = certified(
        like(
            family_name=words, given_names=(words,), birth_date=BirthDate(words[:200]), birth_place=words[:20]
        ),
        usage_name=words,
    )
    contact_id = site.contacts.add(person.identity, first_name=words)
    site.contacts.contacts[contact_id] = replace(site.contacts.contacts[contact_id], usage_name=words)
    site.link(1)
    case = site.tell_one(said_by(words))
    doubt(site, contact_id, person=person, reasons=(words[:200],))
    doubt(site, kind=ReviewKind.CLAIM, case_id=case.id, link_id="l_1", number=2)
    doubt(site, number=3, person=certified(subject="another"))
    with site.store.begin() as tx:
        stopped = replace(record(1), explanation=words, source_case_id=words[:200])
        tx.intake.park([stopped])
        tx.audit.add(AuditEntry(words[:80], words[:80], words[:80], words[:80], words), site.clock.now())
    decide(agent(site, name="a_first"), "r_3", "create:", words.replace("\r", "")[:500])
    return agent(site, Role.ADMINISTRATOR, display_name=words)


def _parts(arguments: set[str]) -> dict[str, str]:
    return {name: PARTS[name] for name in arguments}
