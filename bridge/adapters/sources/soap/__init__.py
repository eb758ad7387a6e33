"""SOAP services read as their file says, by operations instead of paths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from zeep.wsse.username import UsernameToken

from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.auth_options import auth_section, authorization, fixed_headers
from bridge.adapters.sources.rest.calls import Call
from bridge.adapters.sources.rest.paging import ByLink
from bridge.adapters.sources.rest.plan import Plan
from bridge.adapters.sources.rest.plan_options import read_plan
from bridge.adapters.sources.rest.reader import DeclaredReader
from bridge.adapters.sources.soap.description import Description
from bridge.adapters.sources.soap.service import SoapService
from bridge.adapters.sources.soap.transport import SoapTransport
from bridge.usecases.ports import OpenCases

_CALL = ("operation", "arguments")
_OPERATION = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,200}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_AUTH = ("none", "basic", "bearer", "key", "oauth2", "wsse")


def soap(options: Options, client: JsonClient, zone: ZoneInfo, open_cases: OpenCases) -> DeclaredReader:
    """Give the reader of a SOAP source; a WSDL of this machine is read now. Raises: ConfigurationError."""
    plan, _ = read_plan(options, _CALL, _call, zone)
    if plan.listing and isinstance(plan.listing.paging, ByLink):
        raise options.refusal("list.paging.kind", "next has no meaning in SOAP")
    auth = authorization(options, client, _AUTH)
    transport = SoapTransport(client, auth, _username_token(options), fixed_headers(options))
    description = Description(
        place=options.text("wsdl"),
        sha256=_checksum(options),
        service=options.optional_text("service"),
        port=options.optional_text("port"),
        transport=transport,
    )
    description.check(options, _operations(plan))
    service = SoapService(client, description, frozenset(options.texts("missing_faults")))
    return DeclaredReader(service, plan, open_cases, client.clock)


def _username_token(options: Options) -> object | None:
    found = auth_section(options, _AUTH)
    if found is None or found.text("kind") != "wsse":
        return None
    token: object = UsernameToken(  # type: ignore[no-untyped-call]
        found.text("user"), found.text("password")
    )
    return token


def _checksum(options: Options) -> str | None:
    if options.given.get("wsdl_sha256") is not None:
        return options.matching("wsdl_sha256", _SHA256, "a SHA-256 in hexadecimal").lower()
    if options.text("wsdl").startswith(("http://", "https://")):
        raise options.refusal("wsdl_sha256", "must be given when wsdl is not a file of this machine")
    return None


def _call(options: Options) -> Call:
    name = options.matching("operation", _OPERATION, "the name of an operation")
    return Call(path=name, method="POST", body=options.table("arguments"))


def _operations(plan: Plan) -> Mapping[str, Call]:
    parts = {"list": plan.listing, "each": plan.each}
    parts |= {f"acknowledge[{rank}]": told for rank, told in enumerate(plan.acknowledge)}  # type: ignore[misc]  # each has a call
    return {where: part.call for where, part in parts.items() if part is not None}
