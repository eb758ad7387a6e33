"""Work in processes of their own, beside the test's, on one database."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from sqlalchemy import Engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from tests.fakes.vault import FakeVault

T = TypeVar("T")
_FORK = multiprocessing.get_context("fork")


def url_of(engine: Engine) -> str:
    """Give the address for a process that makes its own connections."""
    return engine.url.render_as_string(hide_password=False)


def store_at(url: str) -> SqlStore:
    """Give the store over connections of this process's own."""
    return SqlStore(create_store_engine(url), FakeVault())


def in_processes(work: Callable[[str, int], T], url: str, number: int) -> Sequence[T]:
    """Give what this many processes, begun together, came to."""
    with ProcessPoolExecutor(number, mp_context=_FORK) as pool:
        return [one.result() for one in [pool.submit(work, url, index) for index in range(number)]]


def dies(work: Callable[[str, int], object], url: str) -> bool:
    """Run work in a process; give whether it was killed before it came back."""
    try:
        in_processes(work, url, 1)
    except BrokenProcessPool:
        return True
    return False
