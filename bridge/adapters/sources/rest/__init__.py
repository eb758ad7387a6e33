"""REST services read as their file says, without code for any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.http_options import HTTP_OPTIONS
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.auth import Authorization, FixedHeaders, basic, bearer, key
from bridge.adapters.sources.rest.calls import Call
from bridge.adapters.sources.rest.envelope import OPTIONS as ENVELOPE_OPTIONS
from bridge.adapters.sources.rest.envelope import envelope
from bridge.adapters.sources.rest.oauth2 import client_credentials
from bridge.adapters.sources.rest.plan_options import PLAN_OPTIONS, read_plan
from bridge.adapters.sources.rest.reader import DeclaredReader
from bridge.adapters.sources.rest.service import RestService
from bridge.adapters.sources.rest.signed import signed_query
from bridge.usecases.ports import OpenCases

OPTIONS = ("url", "auth", "headers", "errors", *PLAN_OPTIONS, *HTTP_OPTIONS)
AUTH = {
    "none": (),
    "basic": ("user", "password"),
    "bearer": ("token",),
    "key": ("name", "value"),
    "oauth2": ("token_url", "client_id", "client_secret", "scope", "secret_in"),
    "signed": ("caller", "secret"),
}
"""The options of each way to show who calls."""

_PLAIN_AUTH: Mapping[str, Callable[[Options], Authorization]] = {
    "none": lambda _options: FixedHeaders(),
    "basic": basic,
    "bearer": bearer,
    "key": key,
}
_CALL = ("path", "method", "query", "body")
_PATH = re.compile(r"[^\s?#]*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LINE = re.compile(r"[\x20-\x7e]{0,1000}")


def rest(options: Options, client: JsonClient, zone: ZoneInfo, open_cases: OpenCases) -> DeclaredReader:
    """Give the reader of a REST source. Raises: ConfigurationError."""
    plan, in_body = read_plan(options, _CALL, _call, zone)
    service = RestService(
        client=client,
        auth=authorization(options, client),
        fixed=_headers(options),
        envelope=envelope(options.section("errors", ENVELOPE_OPTIONS)),
        turn_in_body=in_body,
    )
    return DeclaredReader(service, plan, open_cases, client.clock)


def authorization(options: Options, client: JsonClient) -> Authorization:
    """Give what `auth` says. Raises: ConfigurationError."""
    every = tuple(dict.fromkeys(name for names in AUTH.values() for name in names))
    found = options.section("auth", ("kind", *every))
    if found is None:
        return FixedHeaders()
    kind = found.one_of("kind", tuple(AUTH))
    read = Options(found.source, found.given, ("kind", *AUTH[kind]), found.above)
    if kind == "oauth2":
        return client_credentials(read, client)
    if kind == "signed":
        return signed_query(read, client.clock)
    return _PLAIN_AUTH[kind](read)


def _call(options: Options) -> Call:
    method = options.one_of("method", _METHODS) if options.given.get("method") else "GET"
    return Call(
        path=options.matching("path", _PATH, "a path without spaces, ? or #").lstrip("/"),
        method=method,
        query=options.table("query"),
        body=options.table("body") if options.given.get("body") is not None else None,
    )


def _headers(options: Options) -> dict[str, str]:
    table = options.table("headers")
    for name, value in table.items():
        if not isinstance(value, str | int) or not _LINE.fullmatch(str(value)):
            raise options.refusal(f"headers.{name}", "must be one line of plain signs")
    return {name: str(value) for name, value in table.items()}
