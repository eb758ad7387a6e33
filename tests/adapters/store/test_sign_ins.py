"""Sign-ins used once, by the browser that started them; sessions that end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from bridge.adapters.store.crowding import MOST_FROM_ONE_ADDRESS, MOST_STARTS
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import identity_links, sessions, sign_ins
from bridge.errors import TooManyRequestsError, TransientError
from bridge.usecases.ports import Session, SignInStart
from tests.adapters.store.samples import add_link, link
from tests.fakes.clock import START

STARTED = SignInStart("franceconnect", "nonce-1", "/demandes", "verifier-1")
SESSION = Session("s_1", None, "subject-1", "franceconnect", "Élodie Lefèvre", "eidas1", START)


def start(store: SqlStore) -> None:
    """Start a sign-in in one browser."""
    with store.begin() as tx:
        tx.sign_ins.start("state-1", "browser-1", STARTED, START)


def take(
    store: SqlStore,
    state: str = "state-1",
    browser: str = "browser-1",
    after: timedelta = timedelta(0),
    door: str = "franceconnect",
) -> SignInStart | None:
    """Use the sign-in up."""
    with store.begin() as tx:
        return tx.sign_ins.take(state, browser, START + after, doors=(door,))


def session(store: SqlStore, after: timedelta) -> Session | None:
    """Give the session a while after it was opened."""
    with store.begin() as tx:
        return tx.sign_ins.session("token-1", START + after)


@pytest.fixture
def opened(store: SqlStore) -> SqlStore:
    """Give a store with one open session."""
    with store.begin() as tx:
        tx.sign_ins.open_session(SESSION, "token-1", "sealed-id-token", START)
    return store


def test_a_sign_in_is_taken_once(store: SqlStore) -> None:
    """A callback that comes again, by reload or by theft, finds nothing (A03, A06)."""
    start(store)

    assert take(store) == STARTED
    assert take(store) is None


@pytest.mark.parametrize(
    ("state", "browser", "after"),
    [
        ("other", "browser-1", timedelta(0)),
        ("state-1", "other", timedelta(0)),
        ("state-1", "browser-1", timedelta(minutes=10)),
    ],
)
def test_a_sign_in_of_another_browser_or_time_is_not_taken(
    store: SqlStore, state: str, browser: str, after: timedelta
) -> None:
    """Unknown, another browser's, or ten minutes old are one answer (A01, A02)."""
    start(store)

    assert take(store, state, browser, after) is None
    assert take(store, after=timedelta(minutes=9, seconds=59)) == STARTED


def test_a27_a_sign_in_is_not_taken_at_another_door(store: SqlStore) -> None:
    """A state of one provider is worth nothing at the other's callback, and is not used up there."""
    start(store)

    assert take(store, door="proconnect") is None
    assert take(store) == STARTED


def test_what_a_browser_holds_is_not_in_the_database(opened: SqlStore, store_engine: Engine) -> None:
    """A stolen database opens no session, finishes no sign-in and names nobody."""
    start(opened)
    with store_engine.connect() as connection:
        rows = [*connection.execute(select(sign_ins)).one(), *connection.execute(select(sessions)).one()]

    stored = " ".join(map(str, rows))
    assert not [secret for secret in ("state-1", "browser-1", "token-1", "Lefèvre") if secret in stored]


def test_a_session_is_the_one_opened(opened: SqlStore) -> None:
    """The token gives the session back; another token gives none."""
    assert session(opened, timedelta(0)) == SESSION
    with opened.begin() as tx:
        assert tx.sign_ins.session("token-2", START) is None


def test_a_session_ends_after_thirty_idle_minutes(opened: SqlStore) -> None:
    """Use keeps a session alive, half an hour at a time."""
    assert session(opened, timedelta(minutes=29)) is not None
    assert session(opened, timedelta(minutes=58)) is not None
    assert session(opened, timedelta(minutes=88)) is None


def test_a_session_ends_after_eight_hours_of_use(opened: SqlStore) -> None:
    """However busy, a session has an end."""
    for minutes in range(0, 480, 20):
        assert session(opened, timedelta(minutes=minutes)) is not None
    assert session(opened, timedelta(hours=8)) is None


def test_a_busy_session_is_noted_once_a_minute(opened: SqlStore, store_engine: Engine) -> None:
    """Reading many pages does not write on each of them."""
    session(opened, timedelta(seconds=59))
    with store_engine.connect() as connection:
        assert connection.execute(select(sessions.c.last_seen_at)).scalar_one() == START
    session(opened, timedelta(seconds=60))
    with store_engine.connect() as connection:
        assert connection.execute(select(sessions.c.last_seen_at)).scalar_one() == START + timedelta(
            seconds=60
        )


def test_a_session_gives_its_id_token_once(opened: SqlStore) -> None:
    """Logging out ends the session; doing so again gives nothing."""
    with opened.begin() as tx:
        assert tx.sign_ins.end_session("token-1", START) == "sealed-id-token"
        assert tx.sign_ins.end_session("token-1", START) is None
    assert session(opened, timedelta(0)) is None


def test_a_session_that_is_over_gives_no_id_token(opened: SqlStore) -> None:
    """A token found a day later logs nobody out."""
    with opened.begin() as tx:
        assert tx.sign_ins.end_session("token-1", START + timedelta(days=1)) is None


def test_an_undone_link_ends_its_sessions(store: SqlStore, store_engine: Engine) -> None:
    """Somebody wrongly linked is out at once, not in half an hour."""
    mine = add_link(store, link(1))
    with store.begin() as tx:
        linked = Session("s_2", mine.id, "subject-1", "franceconnect", "Élodie", "eidas1", START)
        tx.sign_ins.open_session(linked, "token-1", "sealed", START)
    assert session(store, timedelta(0)) == linked
    with store_engine.begin() as connection:
        connection.execute(update(identity_links).values(undone_at=START))

    assert session(store, timedelta(0)) is None


def test_what_is_over_is_pruned(opened: SqlStore) -> None:
    """Used or old sign-ins and dead sessions go; live ones stay."""
    start(opened)
    with opened.begin() as tx:
        tx.sign_ins.start("state-2", "browser-1", STARTED, START)
    take(opened)
    with opened.begin() as tx:
        assert tx.sign_ins.prune(START) == 1
        assert tx.sign_ins.prune(START + timedelta(minutes=10)) == 1
        assert tx.sign_ins.prune(START + timedelta(minutes=30)) == 1


def test_a_flood_of_sign_ins_is_refused(store: SqlStore) -> None:
    """A30: beyond what a town's citizens would start, the next one is asked to come back in a minute."""
    with store.begin() as tx:
        for number in range(MOST_STARTS):
            tx.sign_ins.start(f"state-{number}", "browser", SignInStart("franceconnect", "nonce", "/"), START)
    with pytest.raises(TransientError) as refused, store.begin() as tx:
        tx.sign_ins.start("one-more", "browser", SignInStart("franceconnect", "nonce", "/"), START)
    assert refused.value.code == "login.busy"
    with store.begin() as tx:
        tx.sign_ins.start(
            "later", "browser", SignInStart("franceconnect", "nonce", "/"), START + timedelta(minutes=2)
        )


def test_a_flood_from_one_address_leaves_the_others_alone(store: SqlStore) -> None:
    """A30: one caller is asked to wait a minute, on either database; nobody else notices."""
    flooding = replace(STARTED, origin_hash="one")
    with store.begin() as tx:
        for number in range(MOST_FROM_ONE_ADDRESS):
            tx.sign_ins.start(f"state-{number}", "browser", flooding, START)
    with pytest.raises(TooManyRequestsError) as refused, store.begin() as tx:
        tx.sign_ins.start("one-more", "browser", flooding, START)
    assert (refused.value.code, refused.value.retry_after_s) == ("login.too_many", 60)
    with store.begin() as tx:
        tx.sign_ins.start("another", "browser", replace(STARTED, origin_hash="two"), START)
        tx.sign_ins.start("unknown", "browser", STARTED, START)
        tx.sign_ins.start("later", "browser", flooding, START + timedelta(minutes=1))
