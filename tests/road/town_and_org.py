"""The road from end to end: stand-in town and org in processes of their own, the services in this one."""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import requests
from sqlalchemy import Engine, event, text

from bridge.settings import load_settings
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from run.children import Children
from run.town_hall import StandIns, plain_environment, sandbox_environment

TIMEOUT_S = 30
DATABASE_VARIABLE = "BRIDGE_TEST_ROAD_DATABASE_URL"
"""An empty PostgreSQL database to replay on, `postgresql+psycopg://…`; without it a SQLite file serves."""

_FREE_CALLS = {"login", "control", "viewer"}
_WRITE = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
_NOBODY_SIGNS_IN = {"issuer": "http://127.0.0.1:9", "client_id": "none", "client_secret": "none"}


@dataclass(frozen=True, slots=True)
class Road:
    """A town, an org and the services between them."""

    services: Services
    town: Mapping[str, Any]
    org: Mapping[str, Any]
    engine: Engine

    def live(self, day: date) -> None:
        """Move the town to the end of that day."""
        answer = requests.post(
            f"{self.town['url']}/sandbox/day", json={"day": day.isoformat()}, timeout=TIMEOUT_S
        )
        answer.raise_for_status()

    def truth(self, system: str) -> dict[str, str]:
        """Give the status of each record a system of the town has on its day, whatever it showed."""
        answer = requests.get(f"{self.town['url']}/sandbox/truth", timeout=TIMEOUT_S)
        standings = answer.json()["systems"][system.replace("-", "_")]
        return {number: standing["status"] for number, standing in standings.items()}

    def cursor(self, source: str) -> str | None:
        """Give how far a source was read."""
        with self.services.store.begin() as tx:
            return tx.intake.cursor(source)

    def rewind(self, source: str, cursor: str | None) -> None:
        """Make the next run read again from an earlier point."""
        with self.services.store.begin() as tx:
            tx.intake.advance(source, cursor)

    def stored(self, source: str) -> dict[str, str]:
        """Give the legacy status of each stored case of a source, by its number there."""
        query = text("SELECT source_case_id, legacy_code FROM cases WHERE source = :source")
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query, {"source": source})}

    def count_of_org(self, source: str) -> int:
        """Give what the org counts itself."""
        return int(self._asked(f"SELECT COUNT() FROM Case WHERE Source__c = '{source}'")["totalSize"])

    def cases_of_org(self, source: str) -> list[tuple[str, str]]:
        """Give external id and legacy status of every Case of a source, page after page, doubles included."""
        page = self._asked(f"SELECT Source_Key__c, Legacy_Code__c FROM Case WHERE Source__c = '{source}'")
        found = list(_pairs(page))
        while not page["done"]:
            page = self._get(urljoin(self.org["instance_url"], page["nextRecordsUrl"]))
            found += _pairs(page)
        return found

    def calls_to_org(self) -> int:
        """Give how many API calls the org has answered; signing in and its own handles are not counted."""
        stats = requests.get(f"{self.org['url']}/sandbox/stats", timeout=TIMEOUT_S).json()
        return sum(calls for kind, calls in stats["calls"].items() if kind not in _FREE_CALLS)

    @contextmanager
    def counting_writes(self) -> Iterator[Counter[str]]:
        """Give the statements that write, by table, counted while the block runs."""
        writes: Counter[str] = Counter()

        def count(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
            if found := _WRITE.match(statement):
                writes[found[1]] += 1

        event.listen(self.engine, "after_cursor_execute", count)
        try:
            yield writes
        finally:
            event.remove(self.engine, "after_cursor_execute", count)

    def _asked(self, soql: str) -> dict[str, Any]:
        return self._get(f"{self.org['instance_url']}/services/data/v62.0/query?{urlencode({'q': soql})}")

    def _get(self, address: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.org['access_token']}"}
        answer = requests.get(address, headers=headers, timeout=TIMEOUT_S)
        answer.raise_for_status()
        page: dict[str, Any] = answer.json()
        return page


@contextmanager
def open_road(folder: Path, street_data: Path, first: date) -> Iterator[Road]:
    """Give the road on the evening of `first`, its store empty; both processes end with the block."""
    plain = plain_environment()
    command = [sys.executable, "-m", "run", "sandbox"]
    options = ["--directory", str(folder / "town"), "--street-data", str(street_data), "--day", str(first)]
    with Children(folder / "log") as children:
        org = children.start_ready("salesforce", [*command, "salesforce"], plain)
        town = children.start_ready("town", [*command, "town", *options], plain)
        stand_ins = StandIns(_NOBODY_SIGNS_IN, org, town)
        environment = sandbox_environment("http://127.0.0.1:9", folder, stand_ins)
        if database_url := os.environ.get(DATABASE_VARIABLE):
            environment["BRIDGE_DATABASE_URL"] = database_url
        services = build_services(load_settings(environment), SilentBell())
        engine = services.store._engine  # type: ignore[attr-defined]  # the port has no engine, its adapter has
        try:
            yield Road(services, town, org, engine)
        finally:
            services.salesforce.close()
            engine.dispose()


def _pairs(page: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((record["Source_Key__c"], record["Legacy_Code__c"]) for record in page["records"])
