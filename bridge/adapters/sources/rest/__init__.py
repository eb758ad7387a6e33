"""REST services read as their file says, without code for any of them."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.http_options import HTTP_OPTIONS
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.auth_options import authorization, fixed_headers
from bridge.adapters.sources.rest.calls import Call
from bridge.adapters.sources.rest.envelope import OPTIONS as ENVELOPE_OPTIONS
from bridge.adapters.sources.rest.envelope import envelope
from bridge.adapters.sources.rest.plan_options import PLAN_OPTIONS, read_plan
from bridge.adapters.sources.rest.reader import DeclaredReader
from bridge.adapters.sources.rest.service import RestService
from bridge.usecases.ports import OpenCases

OPTIONS = ("url", "auth", "headers", "errors", *PLAN_OPTIONS, *HTTP_OPTIONS)
REST_AUTH = ("none", "basic", "bearer", "key", "oauth2", "signed")

_CALL = ("path", "method", "query", "body")
_PATH = re.compile(r"[^\s?#]*")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def rest(options: Options, client: JsonClient, zone: ZoneInfo, open_cases: OpenCases) -> DeclaredReader:
    """Give the reader of a REST source. Raises: ConfigurationError."""
    plan, in_body = read_plan(options, _CALL, _call, zone)
    service = RestService(
        client=client,
        auth=authorization(options, client, REST_AUTH),
        fixed=fixed_headers(options),
        envelope=envelope(options.section("errors", ENVELOPE_OPTIONS)),
        turn_in_body=in_body,
    )
    return DeclaredReader(service, plan, open_cases, client.clock)


def _call(options: Options) -> Call:
    method = options.one_of("method", _METHODS) if options.given.get("method") else "GET"
    return Call(
        path=options.matching("path", _PATH, "a path without spaces, ? or #").lstrip("/"),
        method=method,
        query=options.table("query"),
        body=options.table("body") if options.given.get("body") is not None else None,
    )
