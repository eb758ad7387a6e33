"""A link whose Contact moves, goes and comes back; its requests go with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine, update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import identity_links
from bridge.errors import AmbiguousContactError
from tests.adapters.store.samples import add_link, change, claim, content, link, save
from tests.fakes.clock import START


def test_a_link_moves_to_another_contact(store: SqlStore) -> None:
    """It keeps its id, its person and its subject, and is found by the new Contact alone."""
    mine = add_link(store, link(1))
    with store.begin() as tx:
        tx.link_moves.contact_gone(mine.id, START)
        tx.link_moves.to_contact(mine.id, "003new")
    with store.read() as tx:
        assert tx.links.by_contact([mine.contact_id, "003new"]) == {
            "003new": replace(mine, contact_id="003new")
        }


def test_a_linked_contact_is_not_given_to_another_link(store: SqlStore) -> None:
    """Two identities never share a Contact, whichever way they come to it."""
    mine, theirs = add_link(store, link(1)), add_link(store, link(2))
    with pytest.raises(AmbiguousContactError) as refused, store.begin() as tx:
        tx.link_moves.to_contact(mine.id, theirs.contact_id)
    assert refused.value.code == "contact.linked"


def test_an_undone_link_hinders_nobody(store: SqlStore, store_engine: Engine) -> None:
    """Its Contact is free again."""
    mine, theirs = add_link(store, link(1)), add_link(store, link(2))
    with store_engine.begin() as connection:
        undo = update(identity_links).where(identity_links.c.id == theirs.id)
        connection.execute(undo.values(undone_at=START))
    with store.begin() as tx:
        tx.link_moves.to_contact(mine.id, theirs.contact_id)
        assert tx.links.by_contact([theirs.contact_id])[theirs.contact_id].id == mine.id


def test_a_contact_goes_once_and_comes_back(store: SqlStore) -> None:
    """Noting it a second time is no news."""
    mine = add_link(store, link(1))
    with store.begin() as tx:
        assert tx.link_moves.contact_gone(mine.id, START)
        assert not tx.link_moves.contact_gone(mine.id, START)
        assert tx.link_moves.gone() == (replace(mine, contact_gone_at=START),)
        tx.link_moves.contact_back(mine.id)
        assert tx.link_moves.gone() == ()
        assert tx.links.by_id(mine.id) == mine


def test_linked_contacts_come_page_by_page(store: SqlStore) -> None:
    """In order of their ids, each once."""
    contacts = [add_link(store, link(number)).contact_id for number in (3, 1, 2)]
    with store.read() as tx:
        first = tx.link_moves.linked_contacts("", 2)
        rest = tx.link_moves.linked_contacts(first[-1], 2)
        assert (*first, *rest) == tuple(sorted(contacts))
        assert tx.link_moves.linked_contacts(rest[-1], 2) == ()


def test_requests_follow_and_are_sent_again(store: SqlStore) -> None:
    """Each gets the link's Contact, a new version and an open push; others' stay."""
    mine = add_link(store, link(1), "k1")
    add_link(store, link(2), "k2")
    ours, theirs = save(store, change(keys=["k1"]), change(content("PC-2"), keys=["k2"]))
    claim(store)
    with store.begin() as tx:
        assert tx.cases.readdress(replace(mine, contact_id="003new"), START) == 1
    with store.read() as tx:
        found = tx.cases.by_ids([ours.id, theirs.id])
    assert (found[ours.id].contact_id, found[ours.id].version) == ("003new", ours.version + 1)
    assert found[theirs.id] == theirs


def test_while_a_contact_is_gone_requests_go_without_one(store: SqlStore) -> None:
    """Those there are, and those that come or are attached meanwhile; they stay the citizen's."""
    mine = add_link(store, link(1), "k1")
    (known,) = save(store, change(keys=["k1"]))
    gone = replace(mine, contact_gone_at=START)
    with store.begin() as tx:
        tx.link_moves.contact_gone(mine.id, START)
        tx.cases.readdress(gone, START)
    (late,) = save(store, change(content("PC-2"), keys=["k1"]))
    (waiting,) = save(store, change(content("PC-3"), keys=["k3"]))
    with store.begin() as tx:
        tx.links.seen(mine.id, subject_hash="s", pivot_hash="p", person_keys=["k1", "k3"], acr="a", now=START)
        assert tx.cases.attach_by_person_keys(gone, ["k1", "k3"], START) == 1
    with store.read() as tx:
        found = tx.cases.by_ids([known.id, late.id, waiting.id]).values()
    assert {(each.link_id, each.contact_id, each.contact_withdrawn) for each in found} == {
        (mine.id, None, False)
    }
