"""Links that ended: kept, told, and never made again by a rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.contact import AttachMethod
from bridge.errors import ConflictError
from bridge.usecases.ports import CaseFilter
from tests.adapters.store.samples import add_link, change, content, link, save
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


@pytest.fixture
def undone(store: SqlStore) -> SqlStore:
    """Give a store with one link, undone."""
    add_link(store, link(1), "k1")
    with store.begin() as tx:
        tx.link_history.undo("l_1", "a_1", "wrong sister", LATER)
    return store


def test_an_undone_link_is_told_with_author_and_reason(undone: SqlStore) -> None:
    """It is no link to any port, and stays in the history of Contact and subject."""
    with undone.begin() as tx:
        assert tx.links.by_id("l_1") is None
        story = tx.link_history.story("l_1")
        assert story is not None
        assert (story.link, story.undone_at, story.undone_by) == (link(1), LATER, "a_1")
        assert story.undone_because == "wrong sister"
        assert tx.link_history.of_contact(link(1).contact_id) == (story,)
        assert tx.link_history.of_subject("subject-1") == (story,)
        assert tx.link_history.story("l_2") is None


def test_it_is_undone_once(undone: SqlStore) -> None:
    """The second undo is refused and changes neither author nor date."""
    with pytest.raises(ConflictError) as refused, undone.begin() as tx:
        tx.link_history.undo("l_1", "a_2", "again", LATER)
    assert refused.value.code == "link.undone"


def test_the_contacts_of_undone_links_are_remembered(undone: SqlStore) -> None:
    """For this subject under any hash, and for nobody else."""
    with undone.begin() as tx:
        assert tx.link_history.unlinked_from(["rotated", "subject-1"]) == {link(1).contact_id}
        assert tx.link_history.unlinked_from(["subject-2"]) == frozenset()


def test_contact_and_subject_can_be_linked_anew(undone: SqlStore) -> None:
    """The place is free, and the latest link comes first in the history."""
    again = add_link(undone, link(2, subject="subject-1", contact=link(1).contact_id))
    with undone.begin() as tx:
        tales = tx.link_history.of_contact(link(1).contact_id)
    assert {tale.link.id for tale in tales} == {again.id, "l_1"}


def test_a_contact_is_released_once(undone: SqlStore) -> None:
    """Until that is noted it stays on the list; a standing link is never on it."""
    add_link(undone, link(3))
    with undone.begin() as tx:
        assert [each.id for each in tx.link_history.to_release(10)] == ["l_1"]
        tx.link_history.released("l_1", LATER)
        assert tx.link_history.to_release(10) == ()


def test_all_cases_of_a_link_leave_with_it(store: SqlStore) -> None:
    """Each is nobody's, Salesforce has to learn it, and another citizen's case stays."""
    mine, theirs = add_link(store, link(1), "k1"), add_link(store, link(2), "k2")
    save(store, change(content("A"), keys=["k1"]), change(content("B"), keys=["k1"]))
    save(store, change(content("C"), keys=["k2"]))
    with store.begin() as tx:
        assert tx.cases.leave(mine.id, LATER, author="a_1") == 2
        assert tx.cases.of_citizen(mine.id, CaseFilter()) == ()
        assert len(tx.cases.of_citizen(theirs.id, CaseFilter())) == 1
        (gone,) = tx.cases.by_reference("urbanisme:A")
    assert (gone.contact_withdrawn, gone.version, gone.contact_id) == (True, 2, None)


def test_cases_follow_their_link_to_its_contact(store: SqlStore) -> None:
    """All of them, with a version Salesforce learns."""
    mine = add_link(store, link(1), "k1")
    save(store, change(content("A"), keys=["k1"]))
    with store.begin() as tx:
        tx.link_moves.to_contact(mine.id, "003000000000099")
        moved = tx.links.by_id(mine.id)
        assert moved is not None
        assert tx.cases.readdress(moved, LATER) == 1
        (case,) = tx.cases.of_citizen(mine.id, CaseFilter())
    assert (case.contact_id, case.version) == ("003000000000099", 2)


def test_one_case_is_given_by_hand(store: SqlStore) -> None:
    """To this citizen, whoever had it."""
    add_link(store, link(1), "k1")
    theirs = add_link(store, link(2))
    (case,) = save(store, change(content("A"), keys=["k1"]))
    with store.begin() as tx:
        tx.cases.attach(case.id, theirs, AttachMethod.AGENT, LATER)
        found = tx.cases.one_of_citizen(theirs.id, case.id)
    assert found is not None
    assert found.contact_id == theirs.contact_id
