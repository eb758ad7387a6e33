"""JSON over HTTP from one legacy system: one origin, no redirect, bounded in size and depth."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import requests

from bridge.adapters.outbound import OutboundLimits, require_success, retrying, translated
from bridge.errors import PermanentError, TransientError
from bridge.usecases.ports import Clock

ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?")
ADDRESS_MEANING = "an http(s) address without user, query or fragment"
LIMITS = OutboundLimits(max_response_bytes=16 * 1024 * 1024)
DEEPEST = 32

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class JsonClient:
    """Reads from one address and what lies under it."""

    source: str
    url: str
    clock: Clock
    session: requests.Session
    sleep: Callable[[float], None]

    def get(self, path: str, question: Mapping[str, str | int]) -> object:
        """Give the answer to a GET, asked again if need be. Raises: TransientError, PermanentError."""
        address = f"{self.url.rstrip('/')}/{path}"

        def send() -> requests.Response:
            return self.session.get(address, params=dict(question), allow_redirects=False)

        return self.again(lambda: self._once(send, frozenset()))

    def ask(self, body: Mapping[str, object], headers: Mapping[str, str]) -> object:
        """Give the answer to a question posted, which changes nothing there; a 400 also has an answer.

        Raises: TransientError, PermanentError.
        """

        def send() -> requests.Response:
            return self.session.post(self.url, json=body, headers=dict(headers), allow_redirects=False)

        return self._once(send, frozenset({400}))

    def again(self, read: Callable[[], Read]) -> Read:
        """Give what a reading gives, tried again when a fault passes. Raises: what the last one raised."""
        return retrying(sleep=self.sleep)(read)

    def _once(self, send: Callable[[], requests.Response], explained: frozenset[int]) -> object:
        with translated(self.source):
            response = send()
        if response.status_code not in explained:
            require_success(response, self.source, now=self.clock.now())
        try:
            content = json.loads(response.content)
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
