"""Each look at a person's data leaves a row, and a great many looks need a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bridge.domain import agent as limits
from bridge.errors import ForbiddenError, RequestError, TransientError, UnknownCaseError
from bridge.usecases import watch_reading
from tests.domain.people import ANGELA
from tests.usecases.desk.hall import CAMILLE, ROADS_ONLY, SACHA, Town
from tests.usecases.people import PAUL, certified
from tests.usecases.town import audited, row


def test_opening_a_doubt_leaves_a_row(town: Town) -> None:
    """Who looked at whose identity is told before it is shown."""
    review, contact_id = town.in_doubt()
    evidence = town.desk.read_review(CAMILLE, review.id)
    assert evidence.person is not None
    assert [candidate.contact_id for candidate in evidence.candidates] == [contact_id]
    assert audited(town.store)[-1] == (CAMILLE.id, "review.read", review.id, "")


def test_an_org_that_is_away_is_said_so(town: Town) -> None:
    """The certified side is shown, no Contact is compared, and nothing claims that it is gone."""
    review, _ = town.in_doubt()
    town.contacts.failure = TransientError("away", system="salesforce")
    evidence = town.desk.read_review(CAMILLE, review.id)
    assert (evidence.org_answers, evidence.candidates[0].sheet) == (False, None)
    assert evidence.person is not None


def test_a_contact_that_is_gone_is_shown_as_gone(town: Town) -> None:
    """A candidate deleted meanwhile stays in the list, without a sheet."""
    review, contact_id = town.in_doubt()
    del town.contacts.contacts[contact_id]
    (candidate,) = town.desk.read_review(CAMILLE, review.id).candidates
    assert (candidate.contact_id, candidate.sheet, candidate.comparison) == (contact_id, None, None)


def test_a126_five_hundred_people_an_hour_need_a_reason(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit stops the reading and raises an alarm; a reason, kept in the journal, lets it go on."""
    assert (limits.MOST_PEOPLE_AN_HOUR, limits.WORTH_A_LOOK) == (500, 100)
    monkeypatch.setattr(watch_reading, "MOST_PEOPLE_AN_HOUR", 2)
    monkeypatch.setattr(watch_reading, "WORTH_A_LOOK", 1)
    people = (ANGELA, PAUL, replace(PAUL, family_name="AUTREMENT", given_names=("Zoé",)))
    links = [town.linked(certified(person)) for person in people]
    with capture_logs() as logs:
        for link in links[:2]:
            town.desk.read_link.history(CAMILLE, link.id)
        with pytest.raises(ForbiddenError) as refused:
            town.desk.read_link.history(CAMILLE, links[2].id)
    assert refused.value.code == "agent.many_people"
    assert [line["event"] for line in logs] == ["agent reads many people", "agent stopped reading"]
    town.desk.read_link.history(SACHA, links[2].id)

    with pytest.raises(RequestError):
        town.desk.explain_reading(CAMILLE, " ")
    town.desk.explain_reading(CAMILLE, "yearly check of links")
    assert town.desk.read_link.history(CAMILLE, links[2].id).story.link.id == links[2].id
    assert (CAMILLE.id, "agent.reading_explained", CAMILLE.id, "") in audited(town.store)


def test_a126_the_hour_passes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads at a human pace never meets the limit, and one person twice is one person."""
    monkeypatch.setattr(watch_reading, "MOST_PEOPLE_AN_HOUR", 2)
    first, second = town.linked(), town.linked(certified(PAUL))
    for _ in range(3):
        town.desk.read_link.history(CAMILLE, first.id)
    town.clock.move(timedelta(minutes=61))
    town.desk.read_link.history(CAMILLE, second.id)
    assert len([entry for entry in audited(town.store) if entry[1] == "link.history"]) == 4


def test_a126_searching_counts_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers tried one after the other are people read one after the other."""
    monkeypatch.setattr(watch_reading, "MOST_PEOPLE_AN_HOUR", 2)
    town.requests(row(1), row(2), row(3))
    for number in (1, 2):
        assert town.desk.read_link.search(CAMILLE, f"DP {number}").cases
    with pytest.raises(ForbiddenError) as refused:
        town.desk.read_link.search(CAMILLE, "DP 3")
    assert refused.value.code == "agent.many_people"


def test_a_search_finds_by_contact_or_by_number(town: Town) -> None:
    """Never by name; each finding leaves a row, and nothing found leaves none."""
    town.requests(row(1))
    link = town.linked()
    assert [s.link.id for s in town.desk.read_link.search(CAMILLE, f" {link.contact_id} ").links] == [link.id]
    (case,) = town.desk.read_link.search(CAMILLE, "DP 1").cases
    assert case.link_id == link.id
    before = audited(town.store)
    for nothing in ("DUBOIS", "", "003000000000999AAA", "%", "DP%"):
        found = town.desk.read_link.search(CAMILLE, nothing)
        assert (found.links, found.cases) == ((), ())
    assert audited(town.store) == before
    assert before[-1] == (CAMILLE.id, "agent.searched", case.id, "")


def test_a_search_by_a_merged_contact_finds_where_its_link_went(town: Town) -> None:
    """The id on an old note leads to the Contact that took its place."""
    link = town.linked(certified(ANGELA))
    merged = f"003{'9' * 12}"
    with town.store.begin() as tx:
        tx.contact_log.merged(merged, link.contact_id, town.clock.now())
    assert [s.link.id for s in town.desk.read_link.search(CAMILLE, merged).links] == [link.id]


def test_a123_a_search_ends_at_the_sector(town: Town) -> None:
    """A request of another service is not found, and a link shows how many it hides."""
    town.requests(row(1))
    link = town.linked()
    assert town.desk.read_link.search(ROADS_ONLY, "DP 1").cases == ()
    page = town.desk.read_link.history(ROADS_ONLY, link.id)
    assert (page.cases, page.hidden_cases) == ((), 1)
    assert len(town.desk.read_link.history(CAMILLE, link.id).cases) == 1
    with pytest.raises(UnknownCaseError):
        town.desk.read_link.history(CAMILLE, "l_nowhere")
