"""Reads `auth` and `headers`: the kind first, then the options of that kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bridge.adapters.sources.http_json import JsonClient
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.auth import Authorization, FixedHeaders, basic, bearer, key
from bridge.adapters.sources.rest.oauth2 import client_credentials
from bridge.adapters.sources.rest.signed import signed_query

AUTH: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "basic": ("user", "password"),
    "bearer": ("token",),
    "key": ("name", "value"),
    "oauth2": ("token_url", "client_id", "client_secret", "scope", "secret_in"),
    "signed": ("caller", "secret"),
    "wsse": ("user", "password"),
}
"""The options of each way to show who calls."""

_EVERY = tuple(dict.fromkeys(name for names in AUTH.values() for name in names))
_LINE = re.compile(r"[\x20-\x7e]{0,1000}")
_READ: Mapping[str, Callable[[Options, JsonClient], Authorization]] = {
    "none": lambda _options, _client: FixedHeaders(),
    "basic": lambda options, _client: basic(options),
    "bearer": lambda options, _client: bearer(options),
    "key": lambda options, _client: key(options),
    "oauth2": client_credentials,
    "signed": lambda options, client: signed_query(options, client.clock),
}


def auth_section(options: Options, kinds: tuple[str, ...]) -> Options | None:
    """Give the options of `auth` once its kind is known, None without any. Raises: ConfigurationError."""
    found = options.section("auth", ("kind", *_EVERY))
    if found is None:
        return None
    kind = found.one_of("kind", kinds)
    return Options(found.source, found.given, ("kind", *AUTH[kind]), found.above)


def authorization(options: Options, client: JsonClient, kinds: tuple[str, ...]) -> Authorization:
    """Give what `auth` says, in the headers or the query of each call. Raises: ConfigurationError."""
    found = auth_section(options, kinds)
    kind = found.text("kind") if found else "none"
    return _READ[kind](found, client) if found and kind in _READ else FixedHeaders()


def fixed_headers(options: Options) -> dict[str, str]:
    """Give the headers every call has. Raises: ConfigurationError."""
    table = options.table("headers")
    for name, value in table.items():
        if not isinstance(value, str | int) or not _LINE.fullmatch(str(value)):
            raise options.refusal(f"headers.{name}", "must be one line of plain signs")
    return {name: str(value) for name, value in table.items()}
