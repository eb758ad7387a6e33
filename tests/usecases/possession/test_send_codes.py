"""The lane of messages: what leaves, what is tried again, what is given up."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bridge.adapters.store.tables import audit_entries, proofs
from bridge.domain.proof import CODE_LIFE
from bridge.errors import PermanentError, TransientError
from bridge.usecases.prove_by_code import CodeAnswer
from tests.usecases.possession.doubt import Doubt
from tests.usecases.town import audited

GREYLISTED = TransientError("Answered 451", system="mail", code="mail.451")
NO_MAILBOX = PermanentError("Answered 550", system="mail", code="mail.550")


def reasons(doubt: Doubt) -> list[str | None]:
    """Give why codes did not leave."""
    query = select(audit_entries.c.reason).where(audit_entries.c.action == "code.not_sent")
    with doubt.store._engine.connect() as connection:
        return list(connection.execute(query).scalars())


def test_nothing_personal_is_stored_or_travels(doubt: Doubt) -> None:
    """Neither the code nor the address is in a row, and the bell names a lane alone."""
    doubt.sign_in()
    doubt.ask()
    with doubt.store._engine.connect() as connection:
        stored = str(connection.execute(select(proofs)).mappings().one())
    assert doubt.mail.code not in stored
    assert "mairie.example" not in stored
    assert doubt.bell.rung == ["messages"]
    assert "mairie.example" not in str(audited(doubt.store))


def test_a_code_goes_the_way_that_was_asked(doubt: Doubt) -> None:
    """One road at a time."""
    doubt.sign_in()
    doubt.ask("sms")
    assert (doubt.mail.sent, len(doubt.sms.sent)) == ([], 1)


def test_later_means_later(either_doubt: Doubt) -> None:
    """A greylisted code leaves at a later turn, as a new code, and the old one would open nothing."""
    doubt = either_doubt
    doubt.sign_in()
    doubt.mail.failures = [GREYLISTED]
    doubt.ask()
    assert (doubt.mail.sent, doubt.send.due(), reasons(doubt)) == ([], False, ["mail.451"])
    doubt.clock.move(timedelta(seconds=20))
    assert doubt.send.due()
    assert doubt.send() == 1
    assert doubt.answer(doubt.mail.code) is CodeAnswer.PROVEN


def test_a_code_that_would_come_too_late_is_not_sent(doubt: Doubt) -> None:
    """No try comes after the code's own end, however long the server wants to wait."""
    doubt.sign_in()
    doubt.mail.failures = [TransientError("x", system="mail", code="mail.451", retry_after_s=3600)]
    doubt.ask()
    doubt.clock.move(CODE_LIFE - timedelta(seconds=1))
    assert doubt.send() == 0
    assert doubt.mail.sent == []


def test_an_unknown_mailbox_is_not_tried_again(doubt: Doubt) -> None:
    """The reason is kept for an agent; the person reads the same page."""
    doubt.sign_in()
    doubt.mail.failures = [NO_MAILBOX]
    doubt.ask()
    doubt.clock.move(timedelta(minutes=5))
    assert (doubt.send(), doubt.mail.sent, reasons(doubt)) == (0, [], ["mail.550"])
    assert doubt.answer("00000000") is CodeAnswer.WRONG


def test_an_org_that_is_away_is_asked_again(doubt: Doubt) -> None:
    """Where to write is read in the org, at the moment of writing."""
    doubt.sign_in()
    doubt.contacts.failure = TransientError("away", system="salesforce", code="remote.timeout")
    doubt.ask()
    doubt.contacts.failure = None
    doubt.clock.move(timedelta(seconds=20))
    assert doubt.send() == 1


def test_one_contact_receives_five_codes_a_day_whoever_asks(doubt: Doubt) -> None:
    """Several people who could be one Contact do not make its telephone ring all day."""
    contact_id = doubt.sign_in()
    with doubt.store._engine.begin() as connection:
        for number in range(5):
            connection.execute(
                proofs.insert().values(
                    id=f"q_{number}",
                    subject_hash=f"v1:other-{number}",
                    channel="sms",
                    contact_id=contact_id,
                    attempts=0,
                    sends=1,
                    created_at=doubt.clock.now(),
                    expires_at=doubt.clock.now(),
                    sent_at=doubt.clock.now(),
                )
            )
    doubt.ask()
    assert doubt.mail.sent == []
    assert reasons(doubt) == ["proof.contact_limit"]


def test_a_worker_that_died_is_followed_by_another(doubt: Doubt) -> None:
    """A lease runs out, and the code is made and sent anew."""
    doubt.sign_in()
    doubt.possession.request_code(doubt.session, "email")
    with doubt.store.begin() as tx:
        [claimed] = tx.proofs.claim_unsent(20, timedelta(seconds=60), doubt.clock.now())
    assert (claimed.sends, doubt.send()) == (1, 0)
    doubt.clock.move(timedelta(seconds=60))
    assert doubt.send() == 1


def test_a_code_replaced_while_it_was_made_does_not_leave(doubt: Doubt) -> None:
    """The person asked again in the very second: only the new one is sent."""
    doubt.sign_in()
    doubt.possession.request_code(doubt.session, "email")

    def asks_again(contact_id: str) -> object:
        del doubt.contacts.reachable
        doubt.possession.request_code(doubt.session, "sms")
        return doubt.contacts.reachable(contact_id)

    doubt.contacts.reachable = asks_again  # type: ignore[method-assign, assignment]  # in between, once
    doubt.send()
    assert (doubt.mail.sent, len(doubt.sms.sent)) == ([], 1)


def test_the_words_say_what_to_do_when_nothing_was_asked(doubt: Doubt) -> None:
    """Both languages, the town, the hour it ends; no name, and one message of a telephone's length."""
    doubt.sign_in()
    doubt.ask()
    message = doubt.mail.sent[0][1]
    assert message.subject == "Villeneuve : votre code"
    for words in ("Vous n’avez rien demandé ?", "You asked for nothing?", "avant 10 h 10"):
        assert words in message.text
    assert "DUBOIS" not in message.text + message.short
    assert len(message.short) <= 160
