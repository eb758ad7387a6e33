"""A burst of signed deliveries, each twice and out of order, beside a bare Flask route that keeps nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.bare_server import start_bare
from bench.installation import DESK, Place, installation
from bench.progress import stage
from bench.town import planning_rows
from bench.trial import trial
from run.children import Children
from sandbox.town.pusher import Manners, Pusher
from tests.servers.postgresql import database, postgresql_server

DELIVERIES = 10_000
_MANNERS = Manners(copies=2, shuffled=True, hands=8, patience_s=60.0)


def measure(folder: Path, deliveries: int = DELIVERIES) -> dict[str, object]:
    """Give how many a second are answered by 202 and how many absorbed; none may be lost or doubled."""
    news = [
        (f"burst-{number}", [row | {"NUM_DOSSIER": f"DP 092040 31 {number:06}"}])
        for number, row in enumerate(planning_rows(deliveries))
    ]
    with _bare(folder) as bare, stage(f"burst: {2 * deliveries} sends to a bare route"):
        theirs = _fire(bare, news)
    with postgresql_server() as server, database(server) as url, installation(folder, url) as place:
        began = time.perf_counter()
        with stage(f"burst: {2 * deliveries} sends"):
            ours = _fire(place.pusher(), news)
        with stage("burst: until all are absorbed"):
            while _count(place, "inbox WHERE state = 'waiting'"):
                time.sleep(0.2)
        absorbed_s = time.perf_counter() - began
        kept = _count(place, f"cases WHERE source = '{DESK}' AND version = 1")
        assert kept == deliveries == _count(place, "inbox"), kept
    return {
        "deliveries": deliveries,
        "sends": 2 * deliveries,
        "answered_per_s": round(ours),
        "bare_per_s": round(theirs),
        "ratio": round(ours / theirs, 3),
        "absorbed_per_s": round(deliveries / absorbed_s),
    }


def _fire(pusher: Pusher, news: list[tuple[str, list[dict[str, str]]]]) -> float:
    """Send the burst; give the sends a second, each answered by 202."""
    began = time.perf_counter()
    assert pusher.burst(news, _MANNERS) == []
    return _MANNERS.copies * len(news) / (time.perf_counter() - began)


def _count(place: Place, rows: str) -> int:
    [(found,)] = place.rows(f"SELECT count(*) FROM {rows}")
    return int(found)


@contextmanager
def _bare(folder: Path) -> Iterator[Pusher]:
    """Give who pushes to the bare route."""
    place = trial(folder / "bare")
    with Children(place.folder / "log") as children:
        yield Pusher(f"{start_bare(children, place, b'')}/received", b"")
