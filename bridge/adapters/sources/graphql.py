"""Files of one procedure of démarche.numerique, by its documented recipe.

Source: github.com/betagouv/doc.demarches-simplifiees.fr, api-graphql: `updatedSince` never changes, the last
`endCursor` that is not null is kept, and the next run starts from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from bridge.adapters.sources.cursors import content_key, digest, read_cursor, write_cursor
from bridge.adapters.sources.graphql_nodes import Node, dossier, removed
from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.http_options import HTTP_OPTIONS
from bridge.adapters.sources.options import Options
from bridge.domain.synchronisation import Delivery, SourceRecord
from bridge.errors import PermanentError, RemoteError, TransientError

OPTIONS = ("url", "token", "procedure", "page_size", *HTTP_OPTIONS)
CALLS_A_MINUTE = 400
"""What the platform takes for one token. Source: its config/initializers/rack_attack.rb."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,2000}")
_ALWAYS = "1970-01-01T00:00:00Z"
_TRANSIENT = frozenset({"timeout", "internal_server_error", "internal"})
_PARTIAL = "source.partial"
_PATIENCE_RUNS = 8
_LISTS: Mapping[str, Callable[[Node], dict[str, object]]] = {
    "dossiers": dossier,
    "pending": removed,
    "deleted": removed,
}


@dataclass(frozen=True, slots=True)
class _Page:
    nodes: tuple[Node | None, ...]
    end: str | None
    has_next: bool


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Reads the files that changed, then those hidden, then those deleted, each list from its own cursor.

    An error at the root fails the whole page: what it holds in part is no sign of absence. A cursor the
    platform no longer takes starts its list again. A file the platform cannot show stops its list, until the
    eighth run in a row at that place: it is then given alone and without a number, and the list goes on.
    """

    client: JsonClient
    token: str
    procedure: int
    page_size: int

    def read(self, cursor: str | None) -> Iterator[Delivery]:
        """Give one delivery a page. Raises: TransientError, PermanentError."""
        noted = read_cursor(cursor)
        ends = {name: end for name in _LISTS if isinstance(end := noted.get(name), str)}
        for name in _LISTS:
            before, run = ends.get(name), _stops(noted, name) + 1
            try:
                yield from self._list(name, ends, narrow=run >= _PATIENCE_RUNS)
            except TransientError as error:
                if error.code == _PARTIAL:
                    yield _stopped(name, ends, run if ends.get(name) == before else 1)
                raise

    def _list(self, name: str, ends: dict[str, str], *, narrow: bool) -> Iterator[Delivery]:
        for number, page in enumerate(self._pages(name, ends.get(name), narrow), start=1):
            if page.end:
                ends[name] = page.end
            records = tuple(
                SourceRecord(f"{name}, page {number} n° {place}", _LISTS[name](node or {}))
                for place, node in enumerate(page.nodes, start=1)
            )
            if records:
                yield Delivery(content_key(records), records, write_cursor(ends))

    def _pages(self, name: str, after: str | None, narrow: bool) -> Iterator[_Page]:
        page = self._first(name, after, narrow)
        passed = {after, None}
        yield page
        while page.has_next:
            if page.end in passed:
                raise self._failure("source.paging", "the pages lead in a circle")
            passed.add(page.end)
            narrow = narrow and None not in page.nodes
            page = self._page(name, page.end, narrow, self.page_size)
            yield page

    def _first(self, name: str, after: str | None, narrow: bool) -> _Page:
        try:
            return self._page(name, after, narrow, self.page_size)
        except PermanentError as error:
            if after is None or error.code != "source.bad_request":
                raise
            return self._page(name, None, narrow, self.page_size)

    def _page(self, name: str, after: str | None, narrow: bool, first: int) -> _Page:
        """Give a page; with `narrow`, a shorter one that holds no hidden file, or nothing else."""
        alone = narrow and first == 1
        try:
            return self.client.again(lambda: self._once(name, after, first, hidden_too=alone))
        except TransientError as error:
            if alone or not narrow or error.code != _PARTIAL:
                raise
        return self._page(name, after, narrow, first // 2)

    def _once(self, name: str, after: str | None, first: int, *, hidden_too: bool) -> _Page:
        variables = {
            "procedure": self.procedure,
            "first": first,
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
                if not all(isinstance(node, dict) or (hidden_too and node is None) for node in nodes):
                    raise self._passing(_PARTIAL, "a page holds files that could not be shown")
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


def _stops(noted: Mapping[str, object], name: str) -> int:
    """Give how many runs in a row a hidden file has stopped this list where it stands."""
    match noted.get("partial"):
        case [str(listed), int(runs)] if listed == name:
            return runs
    return 0


def _stopped(name: str, ends: Mapping[str, str], runs: int) -> Delivery:
    cursor = write_cursor({**ends, "partial": [name, runs]})
    return Delivery(digest(cursor), (), cursor)


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
