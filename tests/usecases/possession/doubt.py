"""Somebody in doubt, the Contact that may be theirs, and where codes end up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import link_reviews
from bridge.domain.code_message import CodeMessage
from bridge.domain.contact import IdentityLink, Reachable
from bridge.domain.identity import PivotIdentity
from bridge.domain.matching import Grade
from bridge.domain.proof import Channel
from bridge.domain.review import LinkReview, ReviewKind
from bridge.usecases.ports import Session
from bridge.usecases.possession import Possession, PossessionParts
from bridge.usecases.sealed_person import seal_person
from bridge.usecases.send_codes import SendCodes
from tests.domain.people import ANGELA
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.usecases.people import PSEUDONYMS, certified, subject_hash
from tests.usecases.town import FakeBell

MOBILE = "06 12 34 56 78"
_CODE = re.compile(r"\b(\d{4}) (\d{4})\b")


@dataclass
class FakeSender:
    """A road that keeps what it carried, or fails as told, once for each failure."""

    failures: list[Exception] = field(default_factory=list)
    sent: list[tuple[Reachable, CodeMessage]] = field(default_factory=list)

    def send(self, to: Reachable, message: CodeMessage) -> None:
        """Keep the message, or fail."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((to, message))

    @property
    def code(self) -> str:
        """The code of the last message."""
        found = _CODE.search(self.sent[-1][1].text)
        assert found
        return "".join(found.groups())


@dataclass
class Doubt:
    """A sign-in that ended in a doubt, and everything that can come of it."""

    store: SqlStore
    clock: FakeClock
    contacts: FakeContacts = field(default_factory=FakeContacts)
    cases: FakeCases = field(default_factory=FakeCases)
    bell: FakeBell = field(default_factory=FakeBell)
    mail: FakeSender = field(default_factory=FakeSender)
    sms: FakeSender = field(default_factory=FakeSender)
    identity: PivotIdentity = ANGELA
    number: int = 1
    """Tells several people over one store apart."""

    @property
    def token(self) -> str:
        """The token of the person's browser."""
        return f"{self.number:043d}"

    @property
    def possession(self) -> Possession:
        """What the person can do."""
        return PossessionParts(
            self.store,
            self.contacts,
            self.cases,
            PSEUDONYMS,
            FakeVault(),
            self.clock,
            self.bell,
            tuple(Channel),
        ).together()

    @property
    def send(self) -> SendCodes:
        """The lane of messages."""
        senders = {Channel.EMAIL: self.mail, Channel.SMS: self.sms}
        return SendCodes(self.store, self.contacts, PSEUDONYMS, self.clock, senders, "Villeneuve")

    @property
    def subject(self) -> str:
        """The pseudonym of whoever signed in."""
        return subject_hash(certified(self.identity))

    @property
    def session(self) -> Session:
        """The session as it stands in the store."""
        with self.store.begin() as tx:
            found = tx.sign_ins.session(self.token, self.clock.now())
        assert found
        return found

    def sign_in(self, grade: Grade | None = Grade.PROBABLE, candidates: Sequence[str] | None = None) -> str:
        """Open a session and a review of this grade; give the id of the Contact that fits.

        That Contact was completed since the review was opened, so that it still fits by any rule.
        """
        contact_id = self.contacts.add(self.identity, email="angela@mairie.example", phones=(MOBILE,))
        now = self.clock.now()
        session = Session(
            f"s_{self.number}", None, self.subject, "franceconnect", "Angela DUBOIS", "eidas1", now
        )
        with self.store.begin() as tx:
            tx.sign_ins.open_session(session, self.token, "sealed", now)
            if grade is not None:
                self._open(tx, (contact_id,) if candidates is None else tuple(candidates), grade)
        return contact_id

    def _open(self, tx: Any, candidates: tuple[str, ...], grade: Grade) -> None:
        review = LinkReview(
            id=f"r_{self.number}",
            kind=ReviewKind.IDENTITY,
            subject_hash=self.subject,
            candidate_ids=candidates,
            reasons=("birth_place.unknown",),
            created_at=self.clock.now(),
            grade=grade,
        )
        held = seal_person(FakeVault(), certified(self.identity))
        tx.reviews.open(review, PSEUDONYMS.pivot(self.identity), held)

    def ask(self, channel: str = "email") -> None:
        """Ask for a code, and let a worker do its work."""
        self.possession.request_code(self.session, channel)
        self.send()

    def answer(self, code: str) -> str:
        """Type a code."""
        return self.possession.by_code(self.session, code)

    @property
    def link(self) -> IdentityLink | None:
        """The person's link."""
        with self.store.read() as tx:
            return tx.links.by_subject([self.subject])

    @property
    def review(self) -> LinkReview | None:
        """The doubt, open or ended."""
        with self.store.begin() as tx:
            return tx.reviews.by_id(f"r_{self.number}")

    def sealed(self) -> str | None:
        """What the doubt still holds of the person."""
        with self.store._engine.connect() as connection:
            return connection.execute(select(link_reviews.c.sealed_identity)).scalar()

    def change_contact(self, contact_id: str, **changes: Any) -> None:
        """Have an agent change what the org knows of a Contact."""
        stored = self.contacts.contacts[contact_id]
        changed = replace(stored.contact, **changes)
        self.contacts.contacts[contact_id] = replace(stored, contact=changed)


def wrong(code: str) -> str:
    """Give another code."""
    return f"{(int(code) + 1) % 10**8:08d}"
