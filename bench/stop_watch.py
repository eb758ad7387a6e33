"""How long a run of the push lane spends at each of its doors."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bridge.usecases.push_cases import PushCases

Spent = defaultdict[str, float]
_AT_THE_LOADER = {"open": "calls", "upload": "upload", "look": "calls"}


def timed(push: PushCases, spent: Spent) -> PushCases:
    """Give the lane with a stop-watch at each door; `spent` gathers seconds by stage."""
    push = replace(
        push,
        wait=_watched(push.wait, spent, "waiting_for_the_org"),
        directory=_Watched(push.directory, spent, {"upsert": "calls"}),
    )
    if push.bulk is None:
        return push
    loader: Any = _WatchedLoader(push.bulk.sending.loader, spent, _AT_THE_LOADER)
    sending = replace(push.bulk.sending, loader=loader)
    following = replace(push.bulk.following, loader=loader, sending=sending)
    return replace(push, bulk=replace(push.bulk, sending=sending, following=following))


class _Watched:
    """Passes everything on, and adds up how long the named methods take."""

    def __init__(self, inner: Any, spent: Spent, names: dict[str, str]) -> None:
        self._inner, self._spent, self._names = inner, spent, names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return _watched(found, self._spent, self._names[name]) if name in self._names else found


class _WatchedLoader(_Watched):
    @contextmanager
    def sheet(self, *args: Any, **named: Any) -> Iterator[Any]:
        """Watch the rows being rendered."""
        with self._inner.sheet(*args, **named) as sheet:
            for name in ("add_cases", "add_entries"):
                setattr(sheet, name, _watched(getattr(sheet, name), self._spent, "render"))
            yield sheet

    def answers(self, *args: Any) -> Iterator[Any]:
        """Watch the results arriving."""
        rows = self._inner.answers(*args)
        following = _watched(lambda: next(rows, None), self._spent, "results")
        while (row := following()) is not None:
            yield row


def _watched(work: Callable[..., Any], spent: Spent, name: str) -> Callable[..., Any]:
    def with_watch(*args: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*args, **named)
        finally:
            spent[name] += time.perf_counter() - began

    return with_watch
