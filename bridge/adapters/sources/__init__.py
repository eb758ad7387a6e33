"""One reader per way a legacy system can be read, built from the `transport:` of its mapping."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import requests

from bridge.adapters.outbound import open_session
from bridge.adapters.sources import csv_drop, graphql, open311, sql_view, xml_drop
from bridge.adapters.sources.http_json import ADDRESS, ADDRESS_MEANING, LIMITS, JsonClient
from bridge.adapters.sources.options import Options
from bridge.errors import ConfigurationError
from bridge.usecases.ports import Clock, SourceReader

_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "csv_drop": csv_drop.OPTIONS,
    "xml_drop": xml_drop.OPTIONS,
    "sql_view": sql_view.OPTIONS,
    "graphql": graphql.OPTIONS,
    "open311": open311.OPTIONS,
}


def build_reader(
    source: str,
    options: Mapping[str, object],
    *,
    timezone: str,
    clock: Clock,
    spool: Path = Path("var", "spool"),
    session: requests.Session | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> SourceReader:
    """Give the reader of a source; nothing is read yet. `timezone` is meant by dates without a zone.

    `spool` is the folder where files stand that are fetched from elsewhere.

    Raises: ConfigurationError naming source, key and the options of the kind.
    """
    kind = str(options.get("kind"))
    if kind not in _ALLOWED:
        kinds = ", ".join(_ALLOWED)
        raise ConfigurationError(f"source {source}: transport.kind {kind!r} is unknown; kinds: {kinds}")
    read = Options(source, options, _ALLOWED[kind])
    if kind == "csv_drop":
        return csv_drop.csv_drop(read, spool, sleep)
    if kind == "xml_drop":
        return xml_drop.xml_drop(read, spool, sleep)
    if kind == "sql_view":
        return sql_view.sql_view(read, timezone=timezone, clock=clock)
    address = read.matching("url", ADDRESS, ADDRESS_MEANING)
    client = JsonClient(source, address, clock, session or open_session(LIMITS), sleep)
    if kind == "graphql":
        return graphql.graphql(read, client)
    return open311.open311(read, client, ZoneInfo(timezone))
