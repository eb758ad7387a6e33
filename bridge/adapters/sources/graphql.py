"""Files of one procedure of démarche.numerique, by its documented recipe.

Source: github.com/betagouv/doc.demarches-simplifiees.fr, api-graphql: `updatedSince` never changes, the last
`endCursor` that is not null is kept, and the next run starts from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from bridge.adapters.sources.cursors import content_key, read_cursor, write_cursor
from bridge.adapters.sources.graphql_nodes import Node, dossier, removed
from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.options import Options
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import PermanentError, RemoteError, TransientError

OPTIONS = ("url", "token", "procedure", "page_size")

_TOKEN = re.compile(r"[\x21-\x7e]{1,2000}")
_ALWAYS = "1970-01-01T00:00:00Z"
_TRANSIENT = frozenset({"timeout", "internal_server_error", "internal"})
_LISTS: Mapping[str, Callable[[Node], dict[str, object]]] = {
    "dossiers": dossier,
    "pending": removed,
    "deleted": removed,
}


@dataclass(frozen=True, slots=True)
class _Page:
    nodes: tuple[Node, ...]
    end: str | None
    has_next: bool


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Reads the files that changed, then those hidden, then those deleted, each list from its own cursor.

    An error at the root fails the whole page: what it holds in part is no sign of absence. A cursor the
    platform no longer takes starts its list again.
    """

    client: JsonClient
    token: str
    procedure: int
    page_size: int

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give one delivery a page. Raises: TransientError, PermanentError."""
        noted = read_cursor(cursor)
        ends = {name: end for name in _LISTS if isinstance(end := noted.get(name), str)}
        for name, shape in _LISTS.items():
            for number, page in enumerate(self._pages(name, ends.get(name)), start=1):
                if page.end:
                    ends[name] = page.end
                records = tuple(
                    SourceRecord(f"{name}, page {number} n° {place}", shape(node))
                    for place, node in enumerate(page.nodes, start=1)
                )
                if records:
                    yield Delivery(content_key(records), records, write_cursor(ends))

    def _pages(self, name: str, after: str | None) -> Iterator[_Page]:
        page = self._first(name, after)
        passed = {after, None}
        yield page
        while page.has_next:
            if page.end in passed:
                raise self._failure("source.paging", "the pages lead in a circle")
            passed.add(page.end)
            page = self._page(name, page.end)
            yield page

    def _first(self, name: str, after: str | None) -> _Page:
        try:
            return self._page(name, after)
        except PermanentError as error:
            if after is None or error.code != "source.bad_request":
                raise
            return self._page(name, None)

    def _page(self, name: str, after: str | None) -> _Page:
        return self.client.again(lambda: self._once(name, after))

    def _once(self, name: str, after: str | None) -> _Page:
        variables = {
            "procedure": self.procedure,
            "first": self.page_size,
            "after": after,
            **({"updatedSince": _ALWAYS} if name == "dossiers" else {}),
        }
        body = {"query": _document(), "operationName": name, "variables": variables}
        answer = self.client.ask(body, {"Authorization": f"Bearer {self.token}"})
        match answer:
            case {"errors": [*errors]} if errors:
                raise self._refused(errors[0])
            case {
                "data": {
                    "demarche": {
                        "page": {
                            "nodes": [*nodes],
                            "pageInfo": {"hasNextPage": bool(has_next), "endCursor": None | str() as end},
                        }
                    }
                }
            }:
                if not all(isinstance(node, dict) for node in nodes):
                    raise self._passing("source.partial", "a page holds files that could not be shown")
                return _Page(tuple(nodes), end, has_next)
        raise self._failure("source.shape", "the answer has another shape than asked for")

    def _refused(self, error: object) -> RemoteError:
        match error:
            case {"extensions": {"code": str(code)}}:
                pass
            case _:
                code = "bad_request"
        code = code if re.fullmatch("[a-z_]{1,40}", code) else "unknown"
        if code in _TRANSIENT:
            return self._passing(f"source.{code}", f"the platform answers {code}")
        return self._failure(f"source.{code}", f"the platform answers {code}")

    def _passing(self, code: str, problem: str) -> TransientError:
        return TransientError(f"{self.client.source}: {problem}", system=self.client.source, code=code)

    def _failure(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.client.source}: {problem}", system=self.client.source, code=code)


def _document() -> str:
    return files(__package__).joinpath("dossiers.graphql").read_text(encoding="utf-8")


def graphql(options: Options, client: JsonClient) -> Dossiers:
    """Give the reader of a procedure. Raises: ConfigurationError."""
    return Dossiers(
        client=client,
        token=options.matching("token", _TOKEN, "an API token"),
        procedure=options.number("procedure", 0, at_most=2**31 - 1),
        page_size=options.number("page_size", 100, at_most=100),
    )
