"""Whose a case is: found by shared keys, shown to that citizen alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries, identity_links
from bridge.domain.status import Outcome, Phase
from bridge.usecases.ports import CaseFilter
from tests.adapters.store.samples import add_link, change, claim, content, link, save, status, timeline
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


def test_a_new_case_finds_the_one_citizen_its_keys_lead_to(store: SqlStore) -> None:
    """A request of somebody who has signed in before is theirs from its first version."""
    mine = add_link(store, link(1), "k1", "k1-old")
    add_link(store, link(2), "k2")

    case, other = save(store, change(keys=["k1"]), change(content("PC-2"), keys=["k3"]))

    assert (case.link_id, case.contact_id, case.version) == (mine.id, mine.contact_id, 1)
    assert (other.link_id, other.contact_id) == (None, None)


def test_keys_of_two_citizens_lead_to_nobody(store: SqlStore) -> None:
    """Where two people fit, a wrong link would be a breach: the case stays unlinked."""
    add_link(store, link(1), "k1")
    add_link(store, link(2), "k2")

    (case,) = save(store, change(keys=["k1", "k2"]))

    assert case.link_id is None


def test_an_unlinked_case_finds_its_citizen_when_its_person_is_corrected(store: SqlStore) -> None:
    """A corrected birth date links the case: a version and a push, but no timeline entry."""
    mine = add_link(store, link(1), "k1")
    save(store, change(keys=["wrong"]))
    claim(store)
    (case,) = save(store, change(keys=["k1"], fingerprint=b"2"), now=LATER)

    assert (case.link_id, case.version, case.changed_at) == (mine.id, 2, START)
    assert len(timeline(store, case)) == 1
    with store.begin() as tx:
        assert tx.pushes.open_count() == 1


def test_a_case_that_names_another_citizen_changes_hands(store: SqlStore) -> None:
    """The service corrected whose request it is: the first citizen sees it no more."""
    add_link(store, link(1), "k1")
    theirs = add_link(store, link(2), "k2")
    save(store, change(keys=["k1"]))
    (case,) = save(store, change(keys=["k2"], fingerprint=b"2"))

    assert (case.link_id, case.contact_id, case.version) == (theirs.id, theirs.contact_id, 2)
    assert not case.contact_withdrawn


@pytest.mark.parametrize("keys", [["of-somebody-unknown"], []])
def test_a_case_that_names_somebody_unknown_leaves_its_citizen(store: SqlStore, keys: list[str]) -> None:
    """Better nobody's than the wrong person's; the Contact is taken off in the org too."""
    add_link(store, link(1), "k1")
    save(store, change(keys=["k1"]))
    (case,) = save(store, change(keys=keys, fingerprint=b"2"))

    assert (case.link_id, case.contact_id, case.contact_withdrawn, case.version) == (None, None, True, 2)
    with store.begin() as tx:
        assert tx.pushes.open_count() == 1


def test_a_case_that_names_nobody_keeps_its_citizen(store: SqlStore) -> None:
    """A note of deletion holds a number and no person: the request stays in its owner's list."""
    mine = add_link(store, link(1), "k1")
    save(store, change(keys=["k1"]))
    (case,) = save(store, replace(change(fingerprint=b"2"), person_keys=None))

    assert (case.link_id, case.version) == (mine.id, 1)


def test_a_first_sign_in_finds_the_cases_already_there(store: SqlStore) -> None:
    """The cases that share a key are attached, pushed with the Contact, and keep their date."""
    save(
        store,
        change(keys=["k1"]),
        change(content("PC-2"), keys=["k1-old"]),
        change(content("PC-3"), keys=["k9"]),
    )
    claim(store)
    mine = add_link(store, link(1), "k1", "k1-old")
    with store.begin() as tx:
        assert tx.cases.attach_by_person_keys(mine, ["k1", "k1-old"], LATER) == 2
        assert tx.cases.attach_by_person_keys(mine, ["k1", "k1-old"], LATER) == 0
        attached = tx.cases.of_citizen(mine.id, CaseFilter())

    assert {(case.contact_id, case.version, case.changed_at) for case in attached} == {
        (mine.contact_id, 2, START)
    }
    assert sorted(push.version for push in claim(store, LATER)) == [1, 2, 2]


def test_a_sign_in_never_takes_a_case_that_may_be_anothers(store: SqlStore) -> None:
    """A case that is linked, or whose keys lead to another citizen as well, is left where it is."""
    theirs = add_link(store, link(2), "k2")
    linked, shared = save(store, change(keys=["k2"]), change(content("PC-2"), keys=["k1", "k3"]))
    add_link(store, link(3), "k3")
    mine = add_link(store, link(1), "k1")
    with store.begin() as tx:
        assert tx.cases.attach_by_person_keys(mine, ["k1", "k2"], LATER) == 0
        left = tx.cases.by_ids([linked.id, shared.id])

    assert left[linked.id].link_id == theirs.id
    assert left[shared.id].link_id is None


def test_pages_follow_each_other_without_gap_or_repeat(store: SqlStore) -> None:
    """Paging by the last one seen holds when many cases changed at the same moment."""
    mine = add_link(store, link(1), "k1")
    for n in range(7):
        save(store, change(content(f"PC-{n}"), keys=["k1"]), now=START + timedelta(hours=n // 3))
    seen: list[str] = []
    wanted = CaseFilter(limit=3)
    with store.begin() as tx:
        while page := tx.cases.of_citizen(mine.id, wanted):
            seen += [case.content.key.source_case_id for case in page]
            wanted = CaseFilter(limit=3, after=(page[-1].changed_at, page[-1].id))

    assert seen[0] == "PC-6"
    assert len(seen) == len(set(seen)) == 7


def test_a_list_is_narrowed(store: SqlStore) -> None:
    """Phase, source and last change narrow a list, together."""
    mine = add_link(store, link(1), "k1")
    save(store, change(keys=["k1"]), change(content("V-1", source="voirie"), keys=["k1"]))
    closed = status(Phase.CLOSED, Outcome.DONE)
    save(store, change(content("V-2", source="voirie", said=closed), keys=["k1"]), now=LATER)

    def ids(wanted: CaseFilter) -> list[str]:
        with store.begin() as tx:
            return [case.content.key.source_case_id for case in tx.cases.of_citizen(mine.id, wanted)]

    assert ids(CaseFilter(phases=frozenset({"closed"}))) == ["V-2"]
    assert sorted(ids(CaseFilter(sources=frozenset({"voirie"})))) == ["V-1", "V-2"]
    assert ids(CaseFilter(changed_since=LATER)) == ["V-2"]
    assert ids(CaseFilter(phases=frozenset({"received"}), sources=frozenset({"voirie"}))) == ["V-1"]


def test_somebody_elses_case_and_no_case_are_one_answer(store: SqlStore) -> None:
    """Nobody learns from an answer that a case exists."""
    mine, theirs = add_link(store, link(1), "k1"), add_link(store, link(2), "k2")
    own, other = save(store, change(keys=["k1"]), change(content("PC-2"), keys=["k2"]))
    with store.begin() as tx:
        assert tx.cases.one_of_citizen(mine.id, own.id) == own
        assert tx.cases.one_of_citizen(mine.id, other.id) is None
        assert tx.cases.one_of_citizen(mine.id, "c_none") is None
        assert tx.cases.of_citizen(theirs.id, CaseFilter()) == (other,)


def test_an_undone_link_shows_nothing(store: SqlStore, store_engine: Engine) -> None:
    """Once a link is undone its holder sees none of the cases, from that moment."""
    mine = add_link(store, link(1), "k1")
    (case,) = save(store, change(keys=["k1"]))
    with store_engine.begin() as connection:
        connection.execute(update(identity_links).values(undone_at=LATER))
    with store.begin() as tx:
        assert tx.cases.of_citizen(mine.id, CaseFilter()) == ()
        assert tx.cases.one_of_citizen(mine.id, case.id) is None
        assert tx.links.by_id(mine.id) is None


def test_a_second_citizen_whom_a_case_fits_makes_it_nobodys(store: SqlStore) -> None:
    """Two homonyms: whoever signs in first must not keep what may be the other's."""
    first = add_link(store, link(1), "k1")
    (case,) = save(store, change(keys=["k1", "k2"]))
    assert case.link_id == first.id
    second = add_link(store, link(2), "k2")

    with store.begin() as tx:
        assert tx.cases.attach_by_person_keys(second, ["k2"], LATER) == 1
        (now,) = tx.cases.existing([case.content.key]).values()
        assert tx.cases.of_citizen(first.id, CaseFilter()) == ()

    assert (now.link_id, now.contact_id, now.contact_withdrawn, now.version) == (None, None, True, 2)


def test_who_may_read_a_case_is_noted_when_it_changes(store: SqlStore, store_engine: Engine) -> None:
    """After a wrong link one can say who could read which request, and since when."""
    mine = add_link(store, link(1), "k1")
    (case,) = save(store, change(keys=["k1"]))
    save(store, change(keys=["of-somebody-unknown"], fingerprint=b"2"))

    with store_engine.connect() as connection:
        noted = connection.execute(
            select(audit_entries.c.action, audit_entries.c.subject, audit_entries.c.detail)
        )
        assert [tuple(row) for row in noted] == [
            ("case.attached", mine.id, case.id),
            ("case.withdrawn", "", case.id),
        ]
