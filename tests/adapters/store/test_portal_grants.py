"""What clients were granted, on both databases: codes and refresh tokens work once, and end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, update

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import (
    identity_links,
    portal_codes,
    portal_grants,
    portal_refresh_tokens,
    portal_requests,
)
from bridge.domain.portal import PortalKey
from bridge.usecases.ports import Presented, TokenState
from tests.adapters.store.portal_samples import (
    DAY,
    GRANT,
    HOUR,
    REQUEST,
    SECOND,
    TERMS,
    add_token,
    rows,
    take_code,
    take_token,
    together,
)
from tests.fakes.clock import START


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


def test_a_link_can_be_deleted_once_its_grants_are(granted: SqlStore, store_engine: Engine) -> None:
    """Whoever asks to be forgotten is: no grant holds the link back."""
    add_token(granted, "token-1")
    with granted.begin() as tx:
        assert tx.portal_grants.erase_of_link("l_1") == 1
        assert tx.portal_grants.erase_of_link("l_1") == 0
    with store_engine.begin() as connection:
        assert connection.execute(delete(identity_links)).rowcount == 1


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
