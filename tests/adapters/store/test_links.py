"""One active link for a subject and for a Contact, one open review for a subject."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import identity_links, link_person_keys
from bridge.errors import AmbiguousContactError
from tests.adapters.store.samples import add_link, change, link, save
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


def test_a_link_is_found_by_subject_id_and_contact(store: SqlStore) -> None:
    """Any hash of the subject, old key or new, leads to the link."""
    mine, theirs = add_link(store, link(1)), add_link(store, link(2))

    with store.begin() as tx:
        assert tx.links.by_subject(["rotated", mine.subject_hash]) == mine
        assert tx.links.by_subject(["rotated"]) is None
        assert tx.links.by_id(mine.id) == mine
        assert tx.links.by_contact([mine.contact_id, theirs.contact_id, "003none"]) == {
            mine.contact_id: mine,
            theirs.contact_id: theirs,
        }


def test_a_subject_keeps_its_first_link(store: SqlStore) -> None:
    """A second first sign-in is given the link that is there."""
    first = add_link(store, link(1))

    assert add_link(store, link(2, subject=first.subject_hash)) == first


def test_a_contact_is_one_persons(store: SqlStore) -> None:
    """Two identities never share a Contact: that is for an agent to decide."""
    first = add_link(store, link(1))

    with pytest.raises(AmbiguousContactError) as refused:
        add_link(store, link(2, contact=first.contact_id))
    assert refused.value.code == "contact.linked"
    with store.begin() as tx:
        assert tx.links.by_id("l_2") is None


def test_an_undone_link_leaves_its_place(store: SqlStore, store_engine: Engine) -> None:
    """Once undone, the subject and the Contact may be linked anew."""
    first = add_link(store, link(1))
    with store_engine.begin() as connection:
        connection.execute(update(identity_links).values(undone_at=LATER))

    again = link(2, subject=first.subject_hash, contact=first.contact_id)
    assert add_link(store, again) == again
    with store.begin() as tx:
        assert tx.links.by_subject([first.subject_hash]) == again


def test_a_sign_in_stores_the_hashes_anew(store: SqlStore, store_engine: Engine) -> None:
    """After a key rotation or a corrected civil status the link goes by its new hashes alone."""
    mine = add_link(store, link(1), "k1", "kept")
    with store.begin() as tx:
        tx.links.seen(
            mine.id,
            subject_hash="rotated",
            pivot_hash="pivot-2",
            person_keys=["k2", "kept"],
            acr="eidas2",
            now=LATER,
        )
        assert tx.links.by_subject([mine.subject_hash]) is None
        found = tx.links.by_subject(["rotated"])

    assert found is not None
    assert (found.id, found.acr, found.linked_at) == (mine.id, "eidas2", START)
    with store_engine.connect() as connection:
        row = connection.execute(select(identity_links)).mappings().one()
        keys = set(connection.execute(select(link_person_keys.c.key_hash)).scalars())
    assert (row["pivot_hash"], row["last_seen_at"], keys) == ("pivot-2", LATER, {"k2", "kept"})
    (case,) = save(store, change(keys=["k1"]))
    assert case.link_id is None
