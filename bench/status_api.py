"""The citizen's list over HTTP, beside a bare Flask route that gives the very same bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import requests

from bench.bare_server import THREADS, WORKERS, start_bare
from bench.citizens import filled
from bench.load import Plan, Shot, fire
from bench.progress import stage
from bench.trial import Trial, trial
from run.children import Children
from run.ports import free_port

CASES = 100_000
OWNED = 20
ROUNDS = 5
SECONDS = 2.0
_TIMEOUT_S = 20


def measure(
    folder: Path,
    cases: int = CASES,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    database_url: str = "",
) -> dict[str, object]:
    """Give requests a second and times of both, measured in turn, and the ratio of their medians."""
    port = free_port()
    place = trial(folder, url=f"http://127.0.0.1:{port}", database_url=database_url)
    with stage(f"status API: {cases} cases into the store"):
        token = filled(place, cases, OWNED)
    with _both(place, port, token) as (ours, theirs):
        return {
            "cases_in_store": cases,
            "cases_of_citizen": OWNED,
            "database": place.environment["BRIDGE_DATABASE_URL"].partition(":")[0],
            "gunicorn": {"workers": WORKERS, "threads": THREADS},
            "list": _compared("list", ours, theirs, rounds, seconds),
            "list_one_at_a_time": _compared(
                "one at a time", *_with(ours, theirs, connections=1), (rounds + 1) // 2, seconds
            ),
            "not_modified": _compared("304", *_unmodified(ours, theirs), (rounds + 1) // 2, seconds),
        }


def _compared(name: str, ours: Plan, theirs: Plan, rounds: int, seconds: float) -> dict[str, object]:
    """Run the two in turn, so that a change of the machine's mood strikes both."""
    with stage(f"status API: {name}, {rounds} rounds"):
        fire(replace(ours, seconds=0.5))
        fire(replace(theirs, seconds=0.5))
        pairs = [
            (fire(replace(ours, seconds=seconds)), fire(replace(theirs, seconds=seconds)))
            for _ in range(rounds)
        ]
    product, bare = ([pair[side] for pair in pairs] for side in (0, 1))
    faster = median(one.requests_per_s for one in product) / median(one.requests_per_s for one in bare)
    return {
        "connections": ours.connections,
        "product": _middle(product),
        "bare_flask": _middle(bare),
        "ratio": round(faster, 3),
    }


def _middle(shots: list[Shot]) -> dict[str, float]:
    names = ("requests_per_s", "p50_ms", "p99_ms")
    return {name: median(getattr(shot, name) for shot in shots) for name in names}


def _with(ours: Plan, theirs: Plan, connections: int) -> tuple[Plan, Plan]:
    return replace(ours, connections=connections), replace(theirs, connections=connections)


def _unmodified(ours: Plan, theirs: Plan) -> tuple[Plan, Plan]:
    """Give the plans that bring the ETag of the last answer back."""
    theirs = replace(theirs, url=theirs.url.replace("/cases", "/conditional"))
    return _known(ours), _known(theirs)


def _known(plan: Plan) -> Plan:
    etag = requests.get(plan.url, headers=plan.headers, timeout=_TIMEOUT_S).headers["ETag"]
    return replace(plan, headers=plan.headers | {"If-None-Match": etag}, status=304)


@contextmanager
def _both(place: Trial, port: int, token: str) -> Iterator[tuple[Plan, Plan]]:
    """Serve the product and its bare counterpart; give what to ask of each."""
    settings = ["--workers", str(WORKERS), "--threads", str(THREADS)]
    command = [sys.executable, "-m", "run", "web", "--port", str(port), *settings]
    with Children(place.folder / "log") as children:
        children.start_ready("web", command, place.environment)
        ours = Plan(f"http://127.0.0.1:{port}/api/v1/cases", {"Cookie": f"session={token}"})
        answer = requests.get(ours.url, headers=ours.headers, timeout=_TIMEOUT_S)
        answer.raise_for_status()
        assert len(answer.json()["cases"]) == OWNED
        theirs = Plan(f"{start_bare(children, place, answer.content)}/cases")
        assert requests.get(theirs.url, timeout=_TIMEOUT_S).content == answer.content
        yield ours, theirs
