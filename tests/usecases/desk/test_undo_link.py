"""Any link can be undone, with everything it led to, and no rule makes it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bridge.adapters.store.tables import portal_clients, portal_grants
from bridge.domain.contact import LinkMethod
from bridge.domain.review import ReviewDecision
from bridge.errors import ConflictError, PermanentError, RequestError, TransientError, UnknownCaseError
from bridge.usecases.ports import CaseFilter
from tests.domain.people import ANGELA
from tests.usecases.desk.hall import CAMILLE, PERSON, Town
from tests.usecases.people import subject_hash
from tests.usecases.town import audited, open_pushes

WHY = "it is her sister's file"


def test_everything_a_link_led_to_goes_with_it(town: Town) -> None:
    """Requests detached and pushed, sessions and grants ended, the Contact freed, author and reason kept."""
    town.contacts.add(ANGELA)
    case, link = town.request(), town.linked()
    token = town.session(link_id=link.id)
    _grant(town, link.id)
    town.bell.rung.clear()

    done = town.desk.undo_link(CAMILLE, link.id, WHY)

    assert (done.requests, done.sessions, done.grants) == (1, 1, 1)
    with town.store.begin() as tx:
        assert tx.links.by_id(link.id) is None
        assert tx.sign_ins.session(token, town.clock.now()) is None
        assert tx.cases.of_citizen(link.id, CaseFilter()) == ()
        story = tx.link_history.story(link.id)
        after = tx.cases.by_ids([case.id])[case.id]
    assert story is not None
    assert (story.undone_at, story.undone_by, story.undone_because) == (town.clock.now(), CAMILLE.id, WHY)
    assert (after.link_id, after.contact_id, after.contact_withdrawn) == (None, None, True)
    assert (open_pushes(town.store), town.bell.rung) == (1, ["push"])
    freed = town.contacts.contacts[link.contact_id].contact
    assert (freed.subject_hash, freed.identity.birth_date) == (None, None)
    entries = audited(town.store)
    assert (CAMILLE.id, "link.undone", link.id, link.contact_id) in entries
    assert (CAMILLE.id, "case.withdrawn", "", case.id) in entries
    with town.store._engine.connect() as connection:
        revoked = connection.execute(select(portal_grants.c.revoked_because)).scalar_one()
    assert revoked == "link.undone"


def test_the_certain_rule_does_not_link_them_again(town: Town) -> None:
    """The next sign-in opens a doubt, even with six equal fields; an agent may link the two anew."""
    contact_id = town.contacts.add(ANGELA)
    link = town.linked()
    assert (link.contact_id, link.method) == (contact_id, LinkMethod.CERTAIN)
    town.desk.undo_link(CAMILLE, link.id, WHY)
    stored = town.contacts.contacts[contact_id]
    town.contacts.contacts[contact_id] = replace(stored, contact=replace(stored.contact, identity=ANGELA))

    review = town.sign_in().review

    assert review is not None
    assert review.reasons[0] == "link.undone_before"
    town.decide(review, ReviewDecision.LINK, contact_id=contact_id)
    again = town.linked()
    assert (again.contact_id, again.method, again.person_id == link.person_id) == (
        contact_id,
        LinkMethod.AGENT,
        False,
    )
    town.desk.release_contacts()
    assert town.contacts.contacts[contact_id].contact.subject_hash == subject_hash(PERSON)


def test_an_org_that_is_away_follows_later(town: Town) -> None:
    """Access ends at once; the mark in the org is taken off by the sweeper, and until then links nobody."""
    contact_id = town.contacts.add(ANGELA)
    link = town.linked()
    town.contacts.failure = TransientError("away", system="salesforce")
    town.desk.undo_link(CAMILLE, link.id, WHY)
    assert town.contacts.contacts[contact_id].contact.subject_hash == link.subject_hash

    town.contacts.failure = None
    review = town.sign_in().review
    assert review is not None
    assert review.reasons[0] == "link.undone_before"

    assert town.desk.release_contacts() == 1
    assert town.contacts.contacts[contact_id].contact.subject_hash is None
    assert ("rule", "contact.released", link.id, contact_id) in audited(town.store)
    assert town.desk.release_contacts() == 0


def test_an_org_that_refuses_is_not_asked_for_ever(town: Town) -> None:
    """What cannot be mended by repeating is written in the journal, once."""
    town.contacts.add(ANGELA)
    link = town.linked()
    town.contacts.failure = PermanentError("no", system="salesforce", code="salesforce.insufficient_access")
    town.desk.undo_link(CAMILLE, link.id, WHY)
    noted = ("rule", "contact.not_released", link.id, "salesforce.insufficient_access")
    assert audited(town.store).count(noted) == 1
    assert town.desk.release_contacts() == 0
    assert audited(town.store).count(noted) == 1


def test_a_contact_that_bears_another_identity_by_now_is_left_alone(town: Town) -> None:
    """What is taken off is this identity's mark and no other's."""
    contact_id = town.contacts.add(ANGELA)
    link = town.linked()
    stored = town.contacts.contacts[contact_id]
    theirs = replace(stored, contact=replace(stored.contact, subject_hash="somebody else's"))
    town.contacts.contacts[contact_id] = theirs
    town.desk.undo_link(CAMILLE, link.id, WHY)
    assert town.contacts.contacts[contact_id] == theirs


@pytest.mark.parametrize(
    ("link_id", "why", "kind", "code"),
    [
        ("mine", " ", RequestError, "review.reason"),
        ("l_nowhere", WHY, UnknownCaseError, "link.unknown"),
    ],
)
def test_an_undo_needs_a_link_and_a_reason(
    town: Town, link_id: str, why: str, kind: type[Exception], code: str
) -> None:
    """Without either nothing changes."""
    link = town.linked()
    with pytest.raises(kind) as refused:
        town.desk.undo_link(CAMILLE, link.id if link_id == "mine" else link_id, why)
    assert getattr(refused.value, "code", None) == code
    with town.store.begin() as tx:
        assert tx.links.by_id(link.id) == link


def test_a_link_is_undone_once(town: Town) -> None:
    """The second agent learns that it is done; author and reason stay the first's."""
    link = town.linked()
    town.desk.undo_link(CAMILLE, link.id, WHY)
    with pytest.raises(ConflictError) as refused:
        town.desk.undo_link(CAMILLE, link.id, "again")
    assert refused.value.code == "link.undone"
    with town.store.begin() as tx:
        story = tx.link_history.story(link.id)
    assert story is not None
    assert story.undone_because == WHY


def _grant(town: Town, link_id: str) -> None:
    """Open a grant of the portal for this link, as its provider does."""
    now = town.clock.now()
    client = {
        "client_id": "portal",
        "label": "portal",
        "redirect_uris": [],
        "post_logout_redirect_uris": [],
        "scopes": [],
        "pkce_required": True,
        "created_at": now,
    }
    grant = {
        "id": "g_1",
        "client_id": "portal",
        "link_id": link_id,
        "session_id": "s_1",
        "scopes": [],
        "acr": "eidas1",
        "authenticated_at": now,
        "sealed_profile": "sealed",
        "created_at": now,
        "expires_at": now + timedelta(hours=1),
    }
    with town.store._engine.begin() as connection:
        connection.execute(insert(portal_clients).values(client))
        connection.execute(insert(portal_grants).values(grant))
