"""A client of our provider and what it was granted, as the store tests start from."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Engine, func, select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import (
    portal_clients,
    portal_codes,
    portal_failures,
    portal_grants,
    portal_keys,
    portal_refresh_tokens,
    portal_requests,
)
from bridge.domain.portal import AuthorizationRequest, Grant, PortalClient
from bridge.usecases.ports import CodeTerms, Presented
from tests.fakes.clock import START

T = TypeVar("T")
PATIENCE_S = 60.0
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CLIENT = PortalClient("portal", "Espace", ("https://a.test/cb",), (), ("openid",), False, True, START)
GRANT = Grant(
    "g_1", "portal", "l_1", "s_1", ("openid",), "eidas1", START, {"name": "Élodie"}, START, START + 30 * DAY
)
TERMS = CodeTerms("https://a.test/cb", "nonce-1", "challenge-1")
REQUEST = AuthorizationRequest("portal", "https://a.test/cb", ("openid",), state="é\udcff", max_age_s=3)


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
