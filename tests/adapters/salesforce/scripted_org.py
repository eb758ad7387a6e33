"""An org that answers what a test wrote down, for what no well-behaved org would answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection
from tests.fakes.clock import FakeClock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

TOKEN_PATH = "/services/oauth2/token"
EXPIRED = [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: JSON unless `body` is bytes."""

    status: int
    body: object = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One data call received."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ScriptedOrg:
    """Gives its answers in order, one a data call; each login gives token-1, token-2 …"""

    instance_url: str = ""
    answers: list[Answer] = field(default_factory=list)
    login_answer: Answer | None = None
    asked: list[Asked] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    clock: FakeClock = field(default_factory=FakeClock)

    def at(self, address: str) -> WSGIApplication:
        """Give the application, told its address."""
        self.login_url = address
        return self._serve

    @contextmanager
    def connection(self, **changes: object) -> Iterator[SalesforceConnection]:
        """Give a client that never really sleeps."""
        values = {"consumer_key": "key", "consumer_secret": "s&cret", **changes}
        config = SalesforceConfig(login_url=self.login_url, **values)  # type: ignore[arg-type]  # the test's own
        connection = SalesforceConnection(config, self.clock, sleep=lambda _: None)
        yield connection
        connection.close()

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"] == TOKEN_PATH:
            self.forms.append(body.decode())
            answer = self.login_answer or self._token()
        else:
            headers = {name[5:]: str(value) for name, value in environ.items() if name.startswith("HTTP_")}
            place = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
            asked = Asked(environ["REQUEST_METHOD"], *place, headers, body)
            self.asked.append(asked)
            answer = self.answers.pop(0)
        return _send(answer, start_response)

    def _token(self) -> Answer:
        token = {"access_token": f"token-{len(self.forms)}", "instance_url": self.instance_url}
        return Answer(200, token)


def _send(answer: Answer, start_response: StartResponse) -> list[bytes]:
    raw = isinstance(answer.body, bytes)
    content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    kind = "text/html" if raw else "application/json;charset=UTF-8"
    headers = [("Content-Type", kind), ("Content-Length", str(len(content))), *answer.headers]
    start_response(f"{answer.status} X", headers)
    return [content]
