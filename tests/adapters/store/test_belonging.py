"""Whose a request is, and since when and why: by the rule, by a receipt, by an agent, and never again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import Case
from bridge.domain.contact import AttachMethod
from tests.adapters.store.samples import add_link, change, content, link, save
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


def told(store: SqlStore, *keys: str, fingerprint: bytes = b"1") -> Case:
    """Let a service report the request with these person keys."""
    return save(store, change(content(title=str(fingerprint)), keys=keys, fingerprint=fingerprint))[0]


def how(case: Case) -> tuple[str | None, AttachMethod | None]:
    """Give who has a case, and why."""
    assert (case.attached_at is None) is (case.attached_how is None)
    return case.link_id, case.attached_how


def attach(store: SqlStore, case: Case, number: int, method: AttachMethod) -> None:
    """Give a case by hand."""
    with store.begin() as tx:
        tx.cases.attach(case.id, link(number), method, LATER)


def test_the_rule_says_when_it_attached(store: SqlStore) -> None:
    """At the arrival of a case, and at the arrival of its citizen."""
    add_link(store, link(1), "k1")
    first = told(store, "k1")
    assert (how(first), first.attached_at) == (("l_1", AttachMethod.PERSON_KEYS), START)
    second = save(store, change(content("PC-2"), keys=["k2"]))[0]
    assert how(second) == (None, None)
    with store.begin() as tx:
        tx.cases.attach_by_person_keys(tx.links.add(link(2), "pivot", ["k2"]), ["k2"], LATER)
        found = tx.cases.by_ids([second.id])[second.id]
    assert (how(found), found.attached_at) == (("l_2", AttachMethod.PERSON_KEYS), LATER)


@pytest.mark.parametrize("method", [AttachMethod.RECEIPT, AttachMethod.AGENT])
@pytest.mark.parametrize(
    ("before", "after"),
    [((), ()), (("k9",), ()), (("k9", "k8"), ("k9", "new key of the same name"))],
    ids=["nobody", "less than before", "the same person"],
)
def test_what_was_given_by_hand_stays(
    store: SqlStore, method: AttachMethod, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    """A record that says less, or the same under a new key, undoes no decision."""
    add_link(store, link(1), "k1")
    attach(store, told(store, *before), 1, method)
    assert how(told(store, *after, fingerprint=b"2")) == ("l_1", method)


def test_a_record_that_names_somebody_else_takes_it_off(store: SqlStore) -> None:
    """A whole civil status that is another's outweighs a receipt: it is theirs, or nobody's."""
    add_link(store, link(1), "k1")
    add_link(store, link(2), "k2")
    case = told(store)
    attach(store, case, 1, AttachMethod.RECEIPT)
    assert how(told(store, "k2", fingerprint=b"2")) == ("l_2", AttachMethod.PERSON_KEYS)
    attach(store, case, 1, AttachMethod.RECEIPT)
    gone = told(store, "k7", fingerprint=b"3")
    assert (how(gone), gone.contact_withdrawn) == ((None, None), True)


def test_the_same_person_under_the_rule_keeps_it(store: SqlStore) -> None:
    """A record that names its claimant at last changes nothing for them."""
    add_link(store, link(1), "k1")
    attach(store, told(store), 1, AttachMethod.RECEIPT)
    assert how(told(store, "k1", fingerprint=b"2")) == ("l_1", AttachMethod.RECEIPT)


def test_a_request_given_back_does_not_return_by_the_rule(store: SqlStore) -> None:
    """Not to this person, under this link or another of theirs; to another citizen it may come."""
    add_link(store, link(1), "k1")
    case = told(store, "k1")
    with store.begin() as tx:
        tx.cases.give_back(case.id, link(1), LATER)
        tx.cases.give_back(case.id, link(1), LATER)
    assert how(told(store, "k1", "k1b", fingerprint=b"2")) == (None, None)
    with store.begin() as tx:
        assert tx.cases.attach_by_person_keys(link(1), ["k1"], LATER) == 0
    add_link(store, link(2), "k2")
    assert how(told(store, "k2", fingerprint=b"3")) == ("l_2", AttachMethod.PERSON_KEYS)


def test_giving_it_again_by_hand_forgets_the_refusal(store: SqlStore) -> None:
    """After an agent's decision the rule may act again."""
    add_link(store, link(1), "k1")
    case = told(store, "k1")
    with store.begin() as tx:
        tx.cases.give_back(case.id, link(1), LATER)
    attach(store, case, 1, AttachMethod.AGENT)
    told(store, "k7", fingerprint=b"2")
    assert how(told(store, "k1", fingerprint=b"3")) == ("l_1", AttachMethod.PERSON_KEYS)


def test_who_a_request_names(store: SqlStore) -> None:
    """Nobody whole, this person, or somebody else."""
    add_link(store, link(1), "k1")
    case = told(store)
    for keys, expected in (((), False), (("k1", "k2"), False), (("k2",), True)):
        told(store, *keys, fingerprint=repr(keys).encode())
        with store.read() as tx:
            assert tx.cases.names_somebody_else(case.id, "l_1") is expected
