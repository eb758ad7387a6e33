"""A town served on a loopback port, and the calls a test makes to it."""

from __future__ import annotations

import csv
import io
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import requests
from werkzeug.serving import make_server

from sandbox.town.app import build

TIMEOUT_S = 10
Answer = requests.Response


@dataclass(frozen=True, slots=True)
class LiveTown:
    """The running town and its ready line."""

    ready: Mapping[str, Any]
    session: requests.Session

    def get(self, path: str, **query: object) -> Answer:
        """Answer of a GET under the town's address."""
        return self.session.get(f"{self.ready['url']}{path}", params=query, timeout=TIMEOUT_S)  # type: ignore[arg-type] # any printable value

    def post(self, path: str, **body: object) -> Answer:
        """Answer of a POST of a JSON object."""
        return self.session.post(f"{self.ready['url']}{path}", json=body, timeout=TIMEOUT_S)

    def live(self, day: str) -> None:
        """Move the town to the end of that day."""
        assert self.post("/sandbox/day", day=day).status_code == 200

    def truth(self, system: str) -> dict[str, str]:
        """Status of each record of a system on the current day."""
        standings = self.get("/sandbox/truth").json()["systems"][system]
        return {number: standing["status"] for number, standing in standings.items()}

    def gone(self, system: str) -> dict[str, str]:
        """Records of a system that left its list, with the reason."""
        gone: dict[str, str] = self.get("/sandbox/truth").json()["gone"][system]
        return gone

    def streets(self) -> dict[str, str]:
        """Status of every street request, read over Open311 by windows of ninety days, page by page."""
        listed: dict[str, str] = {}
        start = datetime.fromisoformat("2015-01-01T00:00:00-05:00")
        while start.year == 2015:
            end = start + timedelta(days=90)
            window = {"start_date": start.isoformat(), "end_date": end.isoformat(), "page_size": 1000}
            page = 1
            while entries := self.get("/open311/v2/requests.json", page=page, **window).json():
                listed |= {entry["service_request_id"]: entry["status"] for entry in entries}
                page += 1
            start = end
        return listed

    def person(self, key: str) -> dict[str, Any]:
        """A person the tests know, with the numbers of their requests."""
        people: list[dict[str, Any]] = self.get("/sandbox/people").json()
        return next(person for person in people if person["key"] == key)

    def graphql(self, query: str, **variables: object) -> Answer:
        """Answer of the procedures' platform, with its token."""
        return self.session.post(
            self.ready["demarches_url"],
            json={"query": query, "variables": variables},
            headers={"Authorization": f"Bearer {self.ready['demarches_token']}"},
            timeout=TIMEOUT_S,
        )

    def planning_file(self, day: str) -> Path:
        """Path of the nightly file of that day."""
        return Path(self.ready["urbanisme_dir"]) / f"URBA_{day.replace('-', '')}.csv"

    def planning_rows(self, day: str) -> list[dict[str, str]]:
        """Rows of the nightly file of that day."""
        text = self.planning_file(day).read_bytes().decode("cp1252")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


@contextmanager
def serving(directory: Path, **options: Any) -> Iterator[LiveTown]:
    """A town served until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener, requests.Session() as session:
        port = listener.getsockname()[1]
        app, ready = build(f"http://127.0.0.1:{port}", directory=directory, **options)
        server = make_server("127.0.0.1", port, app, threaded=True, fd=listener.fileno())
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield LiveTown(ready, session)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
