"""A service that speaks JSON: calls under one address, authorised, with its own way to tell an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import requests

from bridge.adapters.sources.http_json import JsonClient, Reply
from bridge.adapters.sources.rest.auth import Authorization
from bridge.adapters.sources.rest.calls import NOTHING, Call
from bridge.adapters.sources.rest.envelope import Envelope
from bridge.adapters.sources.rest.paths import MissingValueError, filled, filled_path
from bridge.errors import PermanentError, RemoteError

_UNKNOWN = frozenset({404, 410})
_NOTHING_THERE = 204
_GOOD = frozenset(range(200, 300))
_PATCH_STOPPED = frozenset({"remote.403", "remote.405", "remote.501", "remote.interrupted"})


@dataclass(frozen=True, slots=True)
class RestService:
    """The `Service` of a REST source; `turn_in_body` says where the page is asked for."""

    client: JsonClient
    auth: Authorization
    fixed: Mapping[str, str] = field(repr=False)
    envelope: Envelope | None = None
    turn_in_body: bool = False

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.client.source

    def ask(
        self, call: Call, values: Mapping[str, object] = NOTHING, turn: Mapping[str, object] = NOTHING
    ) -> Reply | None:
        """Give the answer to a call; None when it is 404 or 410. Raises: TransientError, PermanentError."""
        address, query, body = self._filled(call, values, turn)

        def read() -> Reply:
            return self._once(call.method, address, query, body, unread=_UNKNOWN | {_NOTHING_THERE})

        reply = self.client.again(read)
        return None if reply.status in _UNKNOWN else reply

    def follow(self, link: str) -> Reply:
        """Give the answer at a whole address of the same origin."""
        if _origin(link) != _origin(self.client.url):
            raise self._permanent("source.foreign_link", "the link to the next page leads to another origin")
        bare, _, query = link.partition("?")
        return self.client.again(lambda: self._once("GET", bare, query.partition("#")[0], None))

    def tell(self, call: Call, values: Mapping[str, object]) -> None:
        """Make a call that is safe to repeat; what is no longer known there was told before."""
        address, query, body = self._filled(call, values, NOTHING)
        unread = _GOOD | _UNKNOWN

        def told(method: str) -> Reply:
            return self.client.again(lambda: self._once(method, address, query, body, unread=unread))

        try:
            told(call.method)
        except RemoteError as error:
            # A network may stop PATCH: such a service takes the same as POST.
            if call.method != "PATCH" or error.code not in _PATCH_STOPPED:
                raise
            told("POST")

    def _once(
        self,
        method: str,
        address: str,
        query: str,
        body: object | None,
        *,
        unread: frozenset[int] = frozenset(),
    ) -> Reply:
        try:
            reply = self._sent(method, address, query, body, unread)
        except PermanentError as error:
            if error.code != "remote.401" or not self.auth.renew():
                raise
            reply = self._sent(method, address, query, body, unread)
        if self.envelope and reply.status not in unread:
            self.envelope.check(self.source, reply.content)
        return reply

    def _sent(
        self, method: str, address: str, query: str, body: object | None, unread: frozenset[int]
    ) -> Reply:
        signed = self.auth.signed(query)
        headers = {"Accept": "application/json", **self.fixed, **self.auth.headers()}
        request = requests.Request(
            method, f"{address}?{signed}" if signed else address, headers=headers, json=body
        )
        return self.client.send(request, unread=unread)

    def _filled(
        self, call: Call, values: Mapping[str, object], turn: Mapping[str, object]
    ) -> tuple[str, str, object | None]:
        body: object | None = call.body
        query = dict(call.query) if self.turn_in_body else {**call.query, **turn}
        if turn and self.turn_in_body:
            body = {**(call.body or {}), **turn}
        try:
            path = filled_path(call.path, values)
            said = filled(query, values)
            body = None if body is None else filled(body, values)
        except MissingValueError as missing:
            problem = f"a record of the list has no {missing.place}"
            raise self._permanent("source.shape", problem) from None
        return f"{self.client.url.rstrip('/')}/{path}", _query(said), body

    def _permanent(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.source}: {problem}", system=self.source, code=code)


def _query(said: object) -> str:
    pairs = said.items() if isinstance(said, Mapping) else ()
    return urlencode([(name, _text(item)) for name, value in pairs for item in _each(value)])


def _each(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _origin(address: str) -> tuple[str, str | None, int | None] | None:
    try:
        found = urlsplit(address)
        return found.scheme, found.hostname, found.port or {"http": 80, "https": 443}.get(found.scheme)
    except ValueError:
        return None
