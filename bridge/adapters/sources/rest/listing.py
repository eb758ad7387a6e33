"""One list of a service: its answers, and the values one reads in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from requests.utils import parse_header_links

from bridge.adapters.sources.http_json import Reply
from bridge.adapters.sources.rest.calls import Call, Service
from bridge.adapters.sources.rest.paths import at, list_at
from bridge.errors import PermanentError


@dataclass(frozen=True, slots=True)
class Answer:
    """One page as it came: the whole of it, its records, the link of its header."""

    content: object
    records: Sequence[object]
    header_link: str | None
    address: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A call that answers a list; `values` fill its places in."""

    service: Service
    call: Call
    records: str
    values: Mapping[str, object]

    @property
    def source(self) -> str:
        """The name of the source."""
        return self.service.source

    def ask(self, turn: Mapping[str, object]) -> Answer:
        """Give one page. Raises: TransientError, PermanentError."""
        reply = self.service.ask(self.call, self.values, turn)
        if reply is None:
            raise self._refused("source.not_found", "there is no such list")
        return self._answer(reply)

    def follow(self, link: str) -> Answer:
        """Give the page a whole address leads to. Raises: TransientError, PermanentError."""
        return self._answer(self.service.follow(link))

    def word(self, content: object, path: str) -> object:
        """Give a text or a number at a path, None when there is none."""
        found = at(content, path)
        return None if isinstance(found, Mapping | list) or found == "" else found

    def number(self, content: object, path: str) -> int:
        """Give a whole number at a path. Raises: PermanentError."""
        found = self.word(content, path)
        if isinstance(found, str) and found.isascii() and found.isdigit():
            found = int(found[:18])
        if not isinstance(found, int) or isinstance(found, bool):
            raise self._refused("source.shape", f"there is no number at {path}")
        return found

    def _answer(self, reply: Reply) -> Answer:
        records = [] if reply.status == 204 else list_at(reply.content, self.records)
        if records is None:
            where = self.records or "the top"
            raise self._refused("source.shape", f"there is no list at {where} of the answer")
        links = parse_header_links(reply.headers.get("Link", ""))
        following = next((link["url"] for link in links if link.get("rel") == "next"), None)
        return Answer(reply.content, records, following, reply.address)

    def _refused(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.source}: {problem}", system=self.source, code=code)
