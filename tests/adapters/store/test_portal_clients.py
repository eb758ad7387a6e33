"""Clients, their requests and our keys, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.crowding import MOST_FROM_ONE_ADDRESS, MOST_STARTS
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import (
    portal_requests,
)
from bridge.domain.portal import PortalKey
from bridge.errors import TooManyRequestsError, TransientError
from tests.adapters.store.portal_samples import (
    CLIENT,
    DAY,
    HOUR,
    REQUEST,
    SECOND,
    add_token,
    rows,
    together,
)
from tests.fakes.clock import START


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


def test_one_address_does_not_use_up_everybody_s_starts(granted: SqlStore) -> None:
    """Sixty a minute from one place; the others go on, and so does whoever comes from nowhere known."""
    with granted.begin() as tx:
        for n in range(MOST_FROM_ONE_ADDRESS):
            tx.portal_requests.start(f"a{n}", "browser-1", REQUEST, START, "here")
    with pytest.raises(TooManyRequestsError) as refusal, granted.begin() as tx:
        tx.portal_requests.start("b", "browser-1", REQUEST, START, "here")
    assert refusal.value.code == "login.too_many"
    with granted.begin() as tx:
        tx.portal_requests.start("c", "browser-1", REQUEST, START, "there")
        tx.portal_requests.start("d", "browser-1", REQUEST, START)
        tx.portal_requests.start("e", "browser-1", REQUEST, START + 61 * SECOND, "here")


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
