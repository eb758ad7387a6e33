"""The provider's tables on both databases: codes, refresh tokens, requests, secrets, keys, and their ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Engine, func, select, update

from bridge.adapters.store.portal_requests import MOST_STARTS
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import (
    identity_links,
    portal_clients,
    portal_codes,
    portal_failures,
    portal_grants,
    portal_keys,
    portal_refresh_tokens,
    portal_requests,
)
from bridge.domain.portal import AuthorizationRequest, Grant, PortalClient, PortalKey
from bridge.errors import TransientError
from bridge.usecases.ports import CodeTerms, Presented, TokenState
from tests.adapters.store.samples import add_link, link
from tests.fakes.clock import START

T = TypeVar("T")
PATIENCE_S = 20.0
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CLIENT = PortalClient("portal", "Espace", ("https://a.test/cb",), (), ("openid",), False, True, START)
GRANT = Grant(
    "g_1", "portal", "l_1", "s_1", ("openid",), "eidas1", START, {"name": "Élodie"}, START, START + 30 * DAY
)
TERMS = CodeTerms("https://a.test/cb", "nonce-1", "challenge-1")
REQUEST = AuthorizationRequest("portal", "https://a.test/cb", ("openid",), state="é\udcff", max_age_s=3)


@pytest.fixture
def granted(store: SqlStore) -> SqlStore:
    """Give a store with one client, one link, and one grant with its code."""
    add_link(store, link(1))
    with store.begin() as tx:
        tx.portal_clients.add(CLIENT, "hash-1")
        tx.portal_grants.add(GRANT, "code-1", TERMS)
    return store


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Give fifty threads, five times the connections there are."""
    with ThreadPoolExecutor(50) as pool:
        yield pool


def together(threads: ThreadPoolExecutor, work: Callable[[], T]) -> list[T]:
    """Give what fifty threads' work came to, all begun at the same moment."""
    barrier = Barrier(50)

    def one() -> T:
        barrier.wait(PATIENCE_S)
        return work()

    return [future.result(PATIENCE_S) for future in [threads.submit(one) for _ in range(50)]]


def take_code(store: SqlStore, after: timedelta = timedelta(0), code: str = "code-1") -> Presented:
    """Present a code."""
    with store.begin() as tx:
        return tx.portal_grants.take_code(code, START + after)


def take_token(store: SqlStore, token: str, after: timedelta = timedelta(0)) -> Presented:
    """Present a refresh token."""
    with store.begin() as tx:
        return tx.portal_grants.take_refresh_token(token, START + after)


def add_token(store: SqlStore, token: str, grant: Grant = GRANT) -> None:
    """Store a refresh token."""
    with store.begin() as tx:
        tx.portal_grants.add_refresh_token(grant, token, START)


def test_a_code_is_taken_once_with_its_terms(granted: SqlStore) -> None:
    """The second time it is known to be the second, with the grant to revoke."""
    first = take_code(granted)
    assert (first.state, first.grant, first.terms) == (TokenState.TAKEN, GRANT, TERMS)
    assert first.live
    assert (first.live.person.subject, first.live.person.contact_id) == ("p_1", "003000000000001")
    again = take_code(granted)
    assert (again.state, again.grant, again.live) == (TokenState.REUSED, GRANT, None)
    assert take_code(granted, code="code-2") == Presented(TokenState.UNKNOWN)


def test_a42_of_fifty_takers_of_one_code_one_gets_it(granted: SqlStore, threads: ThreadPoolExecutor) -> None:
    """Whatever the database does with fifty at once: one success, and everybody else knows why not."""
    states = [found.state for found in together(threads, lambda: take_code(granted))]
    assert sorted(states) == [TokenState.REUSED] * 49 + [TokenState.TAKEN]


def test_of_fifty_takers_of_one_refresh_token_one_gets_it(
    granted: SqlStore, threads: ThreadPoolExecutor
) -> None:
    """A family never forks."""
    add_token(granted, "token-1")
    states = [found.state for found in together(threads, lambda: take_token(granted, "token-1"))]
    assert sorted(states) == [TokenState.REUSED] * 49 + [TokenState.TAKEN]


@pytest.mark.parametrize(
    ("after", "state"), [(59 * SECOND, TokenState.TAKEN), (60 * SECOND, TokenState.OVER)]
)
def test_a_code_is_good_for_a_minute(granted: SqlStore, after: timedelta, state: TokenState) -> None:
    """Late is over, and used up all the same."""
    assert take_code(granted, after).state is state
    assert take_code(granted, after).state is TokenState.REUSED


def test_a_refresh_token_ends_with_its_grant(granted: SqlStore) -> None:
    """To the second."""
    for token in ("token-1", "token-2"):
        add_token(granted, token)
    assert take_token(granted, "token-1", 30 * DAY - SECOND).state is TokenState.TAKEN
    assert take_token(granted, "token-2", 30 * DAY).state is TokenState.OVER
    with granted.begin() as tx:
        assert tx.portal_grants.of_refresh_token("token-1") == GRANT
        assert tx.portal_grants.of_refresh_token("token-3") is None


@pytest.mark.parametrize("by", ["grant", "session", "link"])
def test_a_revoked_grant_carries_nothing(granted: SqlStore, by: str) -> None:
    """Revoked by its own id, by its session or by its link: once, and for good."""
    add_token(granted, "token-1")
    with granted.begin() as tx:
        grants = tx.portal_grants
        revoke: dict[str, Callable[[], int]] = {
            "grant": lambda: grants.revoke("g_1", "why", START),
            "session": lambda: grants.revoke_of_session("s_1", "why", START),
            "link": lambda: grants.revoke_of_link("l_1", "why", START),
        }
        assert grants.live("g_1", START)
        assert [revoke[by](), revoke[by]()] == [1, 0]
        assert grants.live("g_1", START) is None
    assert take_code(granted).state is TokenState.OVER
    assert take_token(granted, "token-1").state is TokenState.OVER


def test_an_undone_link_carries_nothing(granted: SqlStore, store_engine: Engine) -> None:
    """Even before anybody revoked what was granted about it."""
    with store_engine.begin() as connection:
        connection.execute(update(identity_links).values(undone_at=START))
    assert take_code(granted).state is TokenState.OVER


def test_what_a_session_granted_moves_with_its_person(granted: SqlStore) -> None:
    """The new session's end is then the grant's."""
    with granted.begin() as tx:
        tx.portal_grants.move_to_session("s_1", "s_2")
        assert tx.portal_grants.revoke_of_session("s_1", "why", START) == 0
        assert tx.portal_grants.revoke_of_session("s_2", "why", START) == 1


def test_names_and_parameters_lie_sealed_and_tokens_hashed(granted: SqlStore, store_engine: Engine) -> None:
    """A stolen database names nobody and redeems nothing."""
    add_token(granted, "token-1")
    with granted.begin() as tx:
        tx.portal_requests.start("a1", "browser-1", REQUEST, START)
    with store_engine.connect() as connection:
        stored = "".join(
            str(row)
            for table in (portal_grants, portal_codes, portal_refresh_tokens, portal_requests)
            for row in connection.execute(select(table))
        )
    for secret in ("lodie", "code-1", "token-1", "browser-1", "a1'", "state"):
        assert secret not in stored


def test_a_request_waits_for_its_browser_and_is_answered_once(granted: SqlStore) -> None:
    """Half an hour, state to the byte, and only the session named for it."""
    with granted.begin() as tx:
        requests = tx.portal_requests
        requests.start("a1", "browser-1", REQUEST, START)
        found = requests.waiting("a1", "browser-1", START + 30 * 60 * SECOND - SECOND)
        assert found
        assert (found.request, found.session_id, found.started_at) == (REQUEST, None, START)
        assert requests.waiting("a1", "browser-1", START + 30 * 60 * SECOND) is None
        assert requests.waiting("a1", "browser-2", START) is None
        assert requests.waiting("a2", "browser-1", START) is None
        requests.bind("a1", "s_9")
        found = requests.waiting("a1", "browser-1", START)
        assert found
        assert found.session_id == "s_9"
        assert [requests.answer("a1", START), requests.answer("a1", START)] == [True, False]
        assert requests.waiting("a1", "browser-1", START) is None


def test_of_fifty_answers_to_one_request_one_counts(granted: SqlStore, threads: ThreadPoolExecutor) -> None:
    """A reload beside a click gives one code."""
    with granted.begin() as tx:
        tx.portal_requests.start("a1", "browser-1", REQUEST, START)

    def answer() -> bool:
        with granted.begin() as tx:
            return tx.portal_requests.answer("a1", START)

    assert sum(together(threads, answer)) == 1


def test_too_many_requests_at_once_are_told_to_wait(granted: SqlStore, store_engine: Engine) -> None:
    """A flood of starts does not fill the disk."""
    rows = [
        {
            "id_hash": str(n),
            "browser_hash": "b",
            "client_id": "portal",
            "sealed_parameters": "",
            "started_at": START,
        }
        for n in range(MOST_STARTS)
    ]
    with store_engine.begin() as connection:
        connection.execute(portal_requests.insert(), rows)
    with pytest.raises(TransientError) as refusal, granted.begin() as tx:
        tx.portal_requests.start("a1", "browser-1", REQUEST, START)
    assert refusal.value.code == "login.busy"
    with granted.begin() as tx:
        tx.portal_requests.start("a1", "browser-1", REQUEST, START + 61 * SECOND)


def test_the_previous_secret_serves_until_its_time_ends(granted: SqlStore) -> None:
    """A portal changes its secret without an outage; a public client has none to change."""
    with granted.begin() as tx:
        clients = tx.portal_clients
        assert clients.secret_hashes("portal", START) == ("hash-1",)
        assert clients.replace_secret("portal", "hash-2", START + HOUR)
        assert clients.secret_hashes("portal", START) == ("hash-2", "hash-1")
        assert clients.secret_hashes("portal", START + HOUR) == ("hash-2",)
        assert clients.secret_hashes("nobody", START) == ()
        clients.add(replace(CLIENT, client_id="app"), None)
        assert clients.secret_hashes("app", START) == ()
        assert not clients.replace_secret("app", "hash-2", START)
        assert not clients.add(CLIENT, "hash-3")
        assert clients.by_id("portal") == CLIENT
        assert [client.is_public for client in clients.all()] == [True, False]


def test_a_removed_client_leaves_nothing_behind(granted: SqlStore, store_engine: Engine) -> None:
    """Its grants, codes, tokens and requests go with it, in one transaction."""
    add_token(granted, "token-1")
    with granted.begin() as tx:
        tx.portal_requests.start("a1", "browser-1", REQUEST, START)
        tx.portal_clients.note_failure("portal", START)
        assert tx.portal_clients.failures_since("portal", START - SECOND) == 1
        assert tx.portal_clients.failures_since("portal", START) == 0
    with granted.begin() as tx:
        assert tx.portal_clients.remove("portal")
        assert not tx.portal_clients.remove("portal")
    assert rows(store_engine) == dict.fromkeys(rows(store_engine), 0)


def test_one_key_signs_and_a_retired_one_verifies_for_a_day(store: SqlStore) -> None:
    """The one that signs comes first."""
    old, new = (PortalKey(kid, "sealed", {"n": kid}, START) for kid in ("k1", "k2"))
    with store.begin() as tx:
        assert tx.portal_keys.current() is None
        tx.portal_keys.replace(old, START)
        tx.portal_keys.replace(new, START + HOUR)
        assert tx.portal_keys.current() == new
        verify = tx.portal_keys.published
        assert [key.kid for key in verify(START + HOUR + DAY - SECOND)] == ["k2", "k1"]
        assert [key.kid for key in verify(START + HOUR + DAY)] == ["k2"]
        assert tx.portal_keys.withdraw_retired() == 1
        assert [key.kid for key in verify(START + HOUR)] == ["k2"]


def test_what_is_over_is_deleted_and_what_lives_stays(granted: SqlStore, store_engine: Engine) -> None:
    """An hour late, so that a second use is still recognised; used refresh tokens a week."""
    add_token(granted, "token-1")
    add_token(granted, "token-2")
    take_token(granted, "token-1")
    with granted.begin() as tx:
        tx.portal_requests.start("a1", "browser-1", REQUEST, START)
        tx.portal_clients.note_failure("portal", START)
        tx.portal_keys.replace(PortalKey("k1", "sealed", {}, START), START)
        tx.portal_keys.replace(PortalKey("k2", "sealed", {}, START), START)

    def left_after(step: timedelta) -> dict[str, int]:
        with granted.begin() as tx:
            tx.portal_grants.prune(START + step)
        return rows(store_engine)

    everything = {"grants": 1, "codes": 1, "refresh_tokens": 2, "requests": 1, "failures": 1, "keys": 2}
    everything["clients"] = 1
    assert left_after(29 * 60 * SECOND) == everything
    assert left_after(30 * 60 * SECOND) == everything | {"requests": 0}
    assert left_after(HOUR) == everything | {"requests": 0, "failures": 0}
    assert left_after(DAY) == everything | {"requests": 0, "failures": 0, "keys": 1}
    week = everything | {"requests": 0, "failures": 0, "keys": 1, "refresh_tokens": 1}
    assert left_after(7 * DAY) == week
    assert left_after(30 * DAY + 59 * 60 * SECOND) == week
    ended = dict.fromkeys(everything, 0) | {"clients": 1, "keys": 1}
    assert left_after(30 * DAY + HOUR) == ended


def test_a_revoked_grant_is_deleted_an_hour_later(granted: SqlStore, store_engine: Engine) -> None:
    """Long enough for a third use of its code to be known as one."""
    with granted.begin() as tx:
        tx.portal_grants.revoke("g_1", "why", START)
        assert tx.portal_grants.prune(START + HOUR - SECOND) == 0
        assert tx.portal_grants.prune(START + HOUR) == 1
    assert rows(store_engine)["codes"] == 0


def rows(engine: Engine) -> dict[str, int]:
    """Give how many rows each of the provider's tables holds."""
    tables = (
        portal_clients,
        portal_codes,
        portal_failures,
        portal_grants,
        portal_keys,
        portal_refresh_tokens,
        portal_requests,
    )
    with engine.connect() as connection:
        return {
            table.name.removeprefix("portal_"): connection.execute(
                select(func.count()).select_from(table)
            ).scalar_one()
            for table in tables
        }
