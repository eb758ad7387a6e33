"""What every ContactChanges does, the fake and the org alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.domain.contact import Origin
from bridge.errors import GoneError
from bridge.usecases.ports import NEVER, ContactStanding
from tests.contracts.benches import ChangeBench, ContactBench
from tests.contracts.people import ANGELA, certified, uncertified

MINUTE = timedelta(minutes=1)


def test_a_contact_stands_where_agents_put_it(change_bench: ChangeBench) -> None:
    """There, deleted, merged into another, back; one that never was is left out."""
    subject = f"{change_bench.mark}-a"
    winner = change_bench.add_contact(uncertified())
    loser = change_bench.contacts.create(subject, certified(email=None))
    deleted = change_bench.add_contact(uncertified(family_name="Autrement"))
    change_bench.merge(winner, loser)
    change_bench.delete(deleted)

    found = change_bench.changes.standing([winner, loser, deleted, "003000000000999AAA"])

    assert found == {
        winner: ContactStanding(winner, False),
        loser: ContactStanding(loser, True, winner, subject),
        deleted: ContactStanding(deleted, True),
    }
    change_bench.restore(deleted)
    assert change_bench.changes.standing([deleted]) == {deleted: ContactStanding(deleted, False)}


def test_losers_are_found_by_their_survivor(change_bench: ChangeBench) -> None:
    """The org tells of a merge by naming the survivor; those merged into it are asked for."""
    winner, loser, other = (change_bench.add_contact(uncertified(family_name=name)) for name in "WLO")
    change_bench.merge(winner, loser)
    assert change_bench.changes.merged_into([winner, other]) == {loser}


def test_a_survivor_gets_what_was_certified(change_bench: ChangeBench) -> None:
    """The subject and the six fields follow the merge; the name and the address of the survivor stay."""
    subject = f"{change_bench.mark}-a"
    winner = change_bench.add_contact(uncertified(family_name="Mercier"), email="own@example.fr")
    loser = change_bench.contacts.create(subject, certified(email=None))
    change_bench.merge(winner, loser)

    change_bench.changes.certify(winner, loser, subject)

    found = change_bench.contacts.by_subject([subject])
    assert found is not None
    assert (found.id, found.identity) == (winner, ANGELA)
    seen = change_bench.seen(winner)
    assert (seen.last_name, seen.email, seen.acr) == ("Mercier", "own@example.fr", "eidas1")


def test_nothing_is_certified_on_a_contact_that_is_gone(change_bench: ChangeBench) -> None:
    """A survivor merged again meanwhile is another question."""
    first, second = (change_bench.add_contact(uncertified(family_name=name)) for name in ("Un", "Deux"))
    change_bench.delete(second)
    with pytest.raises(GoneError):
        change_bench.changes.certify(second, first, f"{change_bench.mark}-a")


def test_the_log_tells_of_deletions_and_merges(logged_bench: ChangeBench) -> None:
    """Both are news from the moment we know, and how far they go is told."""
    winner, loser, deleted = (logged_bench.add_contact(uncertified(family_name=name)) for name in "WLD")
    mark = logged_bench.clock.now()
    logged_bench.merge(winner, loser)
    logged_bench.delete(deleted)
    logged_bench.clock.move(2 * MINUTE)

    news = logged_bench.changes.since(mark, logged_bench.clock.now())

    assert news.gone == {loser, deleted}
    assert news.is_whole
    assert news.covered_until <= logged_bench.clock.now()


@pytest.mark.parametrize("long_ago", [True, False])
def test_a_log_that_begins_later_is_not_whole(logged_bench: ChangeBench, long_ago: bool) -> None:
    """Whoever was away for long, or comes after the bin was emptied, has to look at everything."""
    mark = NEVER if long_ago else logged_bench.clock.now()
    logged_bench.clock.move(2 * MINUTE)
    if not long_ago:
        logged_bench.purge()
        logged_bench.clock.move(2 * MINUTE)

    news = logged_bench.changes.since(mark, logged_bench.clock.now())

    assert not news.is_whole
    assert logged_bench.changes.since(news.covered_until, logged_bench.clock.now()).is_whole


def test_certified_contacts_are_found_by_day_or_name(contact_bench: ContactBench) -> None:
    """Whoever bears a subject and shares birth day or names is found; another without a subject is not."""
    same_day = contact_bench.contacts.create(
        f"{contact_bench.mark}-a", certified(uncertified(family_name="Autre"), email=None)
    )
    same_name = contact_bench.contacts.create(
        f"{contact_bench.mark}-b", certified(uncertified(birth_date=None), email="b@example.fr")
    )
    contact_bench.add_contact(uncertified(family_name="Autre", given_names=("Zoé",)))

    found = contact_bench.contacts.candidates(ANGELA)

    assert {contact.id for contact in found} == {same_day, same_name}


def test_a_helpers_address_is_never_the_citizens(contact_bench: ContactBench) -> None:
    """Claims and subject of a helper's sign-in are the citizen's, the address is not."""
    contact_id = contact_bench.contacts.create(f"{contact_bench.mark}-a", certified(origin=Origin.HELPER))
    assert contact_bench.seen(contact_id).email is None
