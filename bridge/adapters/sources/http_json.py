"""JSON over HTTP from one legacy system: one origin, no redirect, bounded in size, depth and pace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import requests

from bridge.adapters.outbound import require_success, retrying, translated
from bridge.adapters.sources.pacing import Pacer
from bridge.errors import PermanentError, TransientError
from bridge.usecases.ports import Clock

ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?")
ADDRESS_MEANING = "an http(s) address without user, query or fragment"
DEEPEST = 32

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its headers, what its JSON says (None when it has no body), its own address."""

    status: int
    headers: Mapping[str, str]
    content: object
    address: str


@dataclass(frozen=True, slots=True)
class JsonClient:
    """Reads from one address and what lies under it."""

    source: str
    url: str
    clock: Clock
    session: requests.Session
    sleep: Callable[[float], None]
    pacer: Pacer

    def get(self, path: str, question: Mapping[str, str | int]) -> object:
        """Give the answer to a GET, asked again if need be. Raises: TransientError, PermanentError."""
        request = requests.Request("GET", f"{self.url.rstrip('/')}/{path}", params=dict(question))
        return self.again(lambda: self.send(request)).content

    def ask(self, body: Mapping[str, object], headers: Mapping[str, str]) -> object:
        """Give the answer to a question posted, which changes nothing there; a 400 also has an answer.

        Raises: TransientError, PermanentError.
        """
        request = requests.Request("POST", self.url, json=body, headers=dict(headers))
        return self.send(request, explained=frozenset({400})).content

    def again(self, read: Callable[[], Read]) -> Read:
        """Give what a reading gives, tried again when a fault passes. Raises: what the last one raised."""
        return retrying(sleep=self.sleep)(read)

    def send(
        self,
        request: requests.Request,
        *,
        explained: frozenset[int] = frozenset(),
        unread: frozenset[int] = frozenset(),
    ) -> Reply:
        """Give the answer to one call; also to one refused with a status of `explained` or `unread`.

        The body under a status of `unread` is not looked at. Raises: TransientError, PermanentError.
        """
        self.pacer.wait()
        with translated(self.source):
            response = self._sent(request)
        status = response.status_code
        if status in unread:
            return Reply(status, response.headers, None, str(request.url))
        if status not in explained:
            require_success(response, self.source, now=self.clock.now())
        return Reply(status, response.headers, self._parsed(response.content), str(request.url))

    def _sent(self, request: requests.Request) -> requests.Response:
        # By `request`, and not `send`, which would leave out the proxy and the authorities of this machine.
        return self.session.request(
            str(request.method),
            str(request.url),
            params=request.params,
            data=request.data,
            json=request.json,
            headers=request.headers,
            allow_redirects=False,
        )

    def _parsed(self, body: bytes) -> object:
        try:
            content = json.loads(body)
        except ValueError:
            raise TransientError(
                f"{self.source}: the answer is not JSON", system=self.source, code="remote.unreadable"
            ) from None
        except RecursionError:
            raise self._too_deep() from None
        if _deeper_than(content, DEEPEST):
            raise self._too_deep()
        return content

    def _too_deep(self) -> PermanentError:
        text = f"{self.source}: the answer is nested more than {DEEPEST} times"
        return PermanentError(text, system=self.source, code="source.too_deep")


def _deeper_than(content: object, limit: int) -> bool:
    level = [content]
    for _ in range(limit):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return False
    return True


def _parts(whole: object) -> list[object]:
    if isinstance(whole, dict):
        return list(whole.values())
    return whole if isinstance(whole, list) else []
