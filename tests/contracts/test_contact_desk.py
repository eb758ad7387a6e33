"""What every ContactDesk does, the fake and the org alike."""

from __future__ import annotations

from tests.contracts.benches import ContactBench
from tests.contracts.people import ANGELA, certified, uncertified


def test_sheets_come_in_one_call_without_those_that_are_gone(contact_bench: ContactBench) -> None:
    """A certified Contact with its usual name, a town's own with its names, and none for a deleted one."""
    certified_id = contact_bench.contacts.create(f"{contact_bench.mark}-a", certified())
    own_id = contact_bench.add_contact(uncertified(family_name="Autrement"))

    sheets = contact_bench.desk.sheets([certified_id, own_id, "003000000000999AAA"])

    assert set(sheets) == {certified_id, own_id}
    assert sheets[certified_id].contact.identity == ANGELA
    assert (sheets[certified_id].last_name, sheets[certified_id].usage_name) == ("Martin", "Martin")
    assert (sheets[own_id].last_name, sheets[own_id].usage_name) == ("Autrement", None)
    assert sheets[own_id].contact.subject_hash is None


def test_no_contact_is_no_call(contact_bench: ContactBench) -> None:
    """Nothing asked, nothing found; an id that tries to be a query finds nobody."""
    assert contact_bench.desk.sheets([]) == {}


def test_a_released_contact_bears_no_identity(contact_bench: ContactBench) -> None:
    """Every certified field is emptied, what citizen and agents own stays, and repeating changes nothing."""
    subject = f"{contact_bench.mark}-a"
    contact_id = contact_bench.contacts.create(subject, certified())

    contact_bench.desk.release(contact_id, subject)
    contact_bench.desk.release(contact_id, subject)

    assert contact_bench.contacts.by_subject([subject]) is None
    sheet = contact_bench.desk.sheets([contact_id])[contact_id]
    identity = sheet.contact.identity
    assert (identity.birth_date, identity.gender, identity.birth_place, sheet.usage_name) == (None,) * 4
    seen = contact_bench.seen(contact_id)
    assert (seen.last_name, seen.first_name, seen.email) == ("Martin", "Angela", "angela@example.fr")
    assert (seen.usage_name, seen.acr) == (None, None)


def test_a_contact_that_bears_another_identity_is_left_alone(contact_bench: ContactBench) -> None:
    """Only the identity that was undone is taken off."""
    subject = f"{contact_bench.mark}-a"
    contact_id = contact_bench.contacts.create(subject, certified())

    contact_bench.desk.release(contact_id, f"{contact_bench.mark}-b")
    contact_bench.desk.release("003000000000999AAA", subject)

    found = contact_bench.contacts.by_subject([subject])
    assert found is not None
    assert (found.id, found.identity) == (contact_id, ANGELA)
