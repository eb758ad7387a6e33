"""One reader per way a legacy system can be read, built from the `transport:` of its mapping."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from bridge.adapters.sources import csv_drop, graphql, open311, rest, sql_view, xml_drop
from bridge.adapters.sources.http_json import ADDRESS, ADDRESS_MEANING, JsonClient
from bridge.adapters.sources.http_options import http_session, pacer
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.soap_options import OPTIONS as SOAP_OPTIONS
from bridge.errors import ConfigurationError
from bridge.usecases.ports import Clock, OpenCases, SourceReader

_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "csv_drop": csv_drop.OPTIONS,
    "xml_drop": xml_drop.OPTIONS,
    "sql_view": sql_view.OPTIONS,
    "graphql": graphql.OPTIONS,
    "open311": open311.OPTIONS,
    "rest": rest.OPTIONS,
    "soap": SOAP_OPTIONS,
}
_USUAL_PACE: Mapping[str, int] = {"graphql": graphql.CALLS_A_MINUTE, "rest": 300, "soap": 300}


class NoOpenCases:
    """The `OpenCases` of a reader without a store: nothing is held."""

    def numbers(self, _source: str, _after: str, _final_since: datetime) -> Iterator[str]:
        """None."""
        return iter(())

    def final(self, _source: str, _numbers: Collection[str]) -> set[str]:
        """None."""
        return set()


def build_reader(
    source: str,
    options: Mapping[str, object],
    *,
    timezone: str,
    clock: Clock,
    spool: Path = Path("var", "spool"),
    session: requests.Session | None = None,
    sleep: Callable[[float], None] = time.sleep,
    open_cases: OpenCases | None = None,
    internal: frozenset[str] = frozenset(),
) -> SourceReader:
    """Give the reader of a source; nothing is read yet. `timezone` is meant by dates without a zone.

    `spool` is the folder where files stand that are fetched from elsewhere; `internal` are the columns that
    are known to stay outside.

    Raises: ConfigurationError naming source, key and the options of the kind.
    """
    kind = str(options.get("kind"))
    if kind not in _ALLOWED:
        kinds = ", ".join(_ALLOWED)
        raise ConfigurationError(f"source {source}: transport.kind {kind!r} is unknown; kinds: {kinds}")
    read = Options(source, options, _ALLOWED[kind])
    if kind == "csv_drop":
        return csv_drop.csv_drop(read, spool, sleep, internal)
    if kind == "xml_drop":
        return xml_drop.xml_drop(read, spool, sleep)
    if kind == "sql_view":
        return sql_view.sql_view(read, timezone=timezone, clock=clock)
    client = JsonClient(
        source=source,
        url=read.matching("url", ADDRESS, ADDRESS_MEANING),
        clock=clock,
        session=session or http_session(read),
        sleep=sleep,
        pacer=pacer(read, sleep, usual=_USUAL_PACE.get(kind)),
    )
    return _over_http(kind, read, client, ZoneInfo(timezone), open_cases=open_cases or NoOpenCases())


def _over_http(
    kind: str, read: Options, client: JsonClient, zone: ZoneInfo, *, open_cases: OpenCases
) -> SourceReader:
    if kind == "graphql":
        return graphql.graphql(read, client)
    if kind == "open311":
        return open311.open311(read, client, zone)
    if kind == "rest":
        return rest.rest(read, client, zone, open_cases)
    from bridge.adapters.sources.soap import soap  # noqa: PLC0415 - zeep is heavy, and few towns need it

    return soap(read, client, zone, open_cases)
