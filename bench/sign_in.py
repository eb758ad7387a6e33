"""What the bridge adds to a sign-in, without the time FranceConnect and Salesforce take to answer."""

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from werkzeug.serving import WSGIRequestHandler, make_server

from bench import crowd
from bench.citizen_browser import CitizenBrowser
from bench.progress import stage
from bench.trial import trial
from bridge.app import create_app
from run.children import Children
from run.log_stream import log_as_json
from run.ports import free_port
from run.town_hall import plain_environment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SIGN_INS = 300


def measure(
    folder: Path, sign_ins: int = SIGN_INS, crowd_of: int = crowd.SIGN_INS, database_url: str = ""
) -> dict[str, object]:
    """Give the bridge's own time per first sign-in and per later one, and how a crowd fared."""
    return {
        "overhead": _overhead(folder / "one", sign_ins),
        "crowd": crowd.measure(folder / "crowd", crowd_of // 5, crowd_of, database_url),
    }


class _Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class OwnTime:
    """Times requests from their first byte to their last, less what was spent waiting for others."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._here = threading.local()
        self.own_ms: defaultdict[str, list[float]] = defaultdict(list)
        self.waited_ms: defaultdict[str, list[float]] = defaultdict(list)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, and keep its time under its path."""
        self._here.waited = 0.0
        began = time.perf_counter()
        body = list(self._app(environ, start_response))
        took, waited = time.perf_counter() - began, self._here.waited
        self.own_ms[environ["PATH_INFO"]].append((took - waited) * 1000)
        self.waited_ms[environ["PATH_INFO"]].append(waited * 1000)
        return body

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count every request that leaves this process, of whichever library, as waiting."""
        send = HTTPAdapter.send

        def timed(adapter: HTTPAdapter, *args: Any, **options: Any) -> requests.Response:
            began = time.perf_counter()
            try:
                return send(adapter, *args, **options)
            finally:
                self._here.waited = getattr(self._here, "waited", 0.0) + time.perf_counter() - began

        HTTPAdapter.send = timed  # type: ignore[assignment, method-assign]  # put back at the end
        try:
            yield
        finally:
            HTTPAdapter.send = send  # type: ignore[method-assign]  # as above


def _overhead(folder: Path, sign_ins: int) -> dict[str, object]:
    folder.mkdir(parents=True)
    log_as_json()
    with _served(folder) as (url, franceconnect, timer):
        logins = [crowd.introduce(franceconnect, person) for person in crowd.citizens(sign_ins)]
        with stage(f"sign-in: {sign_ins} people, one after the other, twice"):
            first = _visits(url, logins, timer)
            later = _visits(url, logins, timer)
    return {"sign_ins": sign_ins, "first": first, "later": later}


def _visits(url: str, logins: list[str], timer: OwnTime) -> dict[str, object]:
    timer.own_ms.clear()
    timer.waited_ms.clear()
    for login in logins:
        browser = CitizenBrowser()
        answer = browser.ask("GET", browser.authorized(url, login))
        assert answer.location == f"{url}/", answer.location
    start, callback = "/login/franceconnect", "/login/franceconnect/callback"
    own = [sum(pair) for pair in zip(timer.own_ms[start], timer.own_ms[callback], strict=True)]
    waited = [sum(pair) for pair in zip(timer.waited_ms[start], timer.waited_ms[callback], strict=True)]
    return {"bridge_ms": _summary(own), "franceconnect_and_salesforce_ms": _summary(waited)}


def _summary(times_ms: list[float]) -> dict[str, float]:
    ordered = sorted(times_ms)
    last = len(ordered) - 1
    return {
        "p50": round(median(ordered), 2),
        "p95": round(ordered[min(last, len(ordered) * 95 // 100)], 2),
        "p99": round(ordered[min(last, len(ordered) * 99 // 100)], 2),
    }


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, dict[str, Any], OwnTime]]:
    """Serve the bridge in this process, so that its time can be told from the others'."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "run", "sandbox"]
    with Children(folder / "log") as children:
        callback = ["--redirect-uri", f"{url}/login/franceconnect/callback"]
        franceconnect = children.start_ready(
            "franceconnect", [*command, "franceconnect", *callback], plain_environment()
        )
        org = children.start_ready("salesforce", [*command, "salesforce"], plain_environment())
        place = trial(folder, url=url, org=org, franceconnect=franceconnect)
        with place.services() as services:
            timer = OwnTime(create_app(services))
            server = make_server("127.0.0.1", port, timer, threaded=True, request_handler=_Silent)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                with timer.watching():
                    yield url, dict(franceconnect), timer
            finally:
                server.shutdown()
                thread.join()
                server.server_close()
