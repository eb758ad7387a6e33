"""A bare HTTP client of the stand-in, and a clock a test can set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from sandbox.salesforce.org import Org

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VERSION = 60
Json = Any


@dataclass
class Clock:
    """Says what it is told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@dataclass
class Wire:
    """Requests with the org's token; paths are below one API version unless they start with `/services`."""

    url: str
    token: str
    ready: dict[str, object]
    org: Org
    clock: Clock
    version: int = VERSION
    headers: dict[str, str] = field(default_factory=dict)
    session: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, json: Json = None, **more: Json) -> requests.Response:
        """One request."""
        address = path if path.startswith("/") else f"/services/data/v{self.version}.0/{path}"
        headers = {"Authorization": f"Bearer {self.token}", **self.headers, **more.pop("headers", {})}
        return self.session.request(
            method, self.url + address, json=json, headers=headers, timeout=10, **more
        )

    def get(self, path: str, **more: Json) -> requests.Response:
        """GET."""
        return self.call("GET", path, **more)

    def post(self, path: str, json: Json = None, **more: Json) -> requests.Response:
        """POST."""
        return self.call("POST", path, json, **more)

    def patch(self, path: str, json: Json = None, **more: Json) -> requests.Response:
        """PATCH."""
        return self.call("PATCH", path, json, **more)

    def delete(self, path: str, **more: Json) -> requests.Response:
        """DELETE."""
        return self.call("DELETE", path, **more)

    def create(self, sobject: str, **values: Json) -> str:
        """A record that is expected to be accepted; gives its id."""
        answer = self.post(f"sobjects/{sobject}", values)
        assert answer.status_code == 201, answer.text
        created: str = answer.json()["id"]
        return created

    def read(self, sobject: str, record_id: str) -> dict[str, Json]:
        """All fields of a record."""
        answer = self.get(f"sobjects/{sobject}/{record_id}")
        assert answer.status_code == 200, answer.text
        record: dict[str, Json] = answer.json()
        return record

    def query(self, soql: str, path: str = "query") -> requests.Response:
        """A query."""
        return self.get(path, params={"q": soql})

    def rows(self, soql: str) -> list[dict[str, Json]]:
        """The records of a query that is expected to be accepted."""
        answer = self.query(soql)
        assert answer.status_code == 200, answer.text
        records: list[dict[str, Json]] = answer.json()["records"]
        return records

    def column(self, soql: str) -> list[Json]:
        """The last selected field of each record, in order."""
        return [list(row.values())[-1] for row in self.rows(soql)]

    def upsert(self, sobject: str, key: str, value: str, body: Json, **more: Json) -> requests.Response:
        """Upsert by an external id, encoded as a client must."""
        return self.patch(f"sobjects/{sobject}/{key}/{quote(value, safe='')}", body, **more)

    def upsert_many(self, sobject: str, key: str, records: Sequence[Json], **more: Json) -> list[Json]:
        """A collection upsert that is expected to be answered record by record."""
        body = {"records": [{"attributes": {"type": sobject}, **item} for item in records], **more}
        answer = self.patch(f"composite/sobjects/{sobject}/{key}", body)
        assert answer.status_code == 200, answer.text
        results: list[Json] = answer.json()
        return results

    def fault(self, **switches: Json) -> None:
        """Switch faults on."""
        answer = self.post("/sandbox/faults", switches)
        assert answer.status_code == 200, answer.text

    def stats(self) -> dict[str, Json]:
        """The counters."""
        counters: dict[str, Json] = self.get("/sandbox/stats").json()
        return counters


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and code of a refusal, which must be an array of one."""
    body = answer.json()
    assert isinstance(body, list)
    assert len(body) == 1
    return answer.status_code, body[0]["errorCode"]
