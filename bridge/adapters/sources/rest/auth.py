"""How a call shows who makes it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bridge.adapters.sources.options import Options

VISIBLE = re.compile(r"[\x21-\x7e]{1,4000}")
VISIBLE_MEANING = "a text of visible signs, without a space"
_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")


class Authorization(Protocol):
    """What is added to each call."""

    def headers(self) -> Mapping[str, str]:
        """Give the headers. Raises: TransientError, PermanentError when they had to be fetched."""

    def signed(self, query: str) -> str:
        """Give the query string with its signature, when there is one."""

    def renew(self) -> bool:
        """Whether a call refused with 401 is worth making once more."""


@dataclass(frozen=True, slots=True)
class FixedHeaders:
    """The same headers at each call: none, Basic, a bearer token, a key."""

    fixed: Mapping[str, str] = field(default_factory=dict, repr=False)

    def headers(self) -> Mapping[str, str]:
        """Give them."""
        return self.fixed

    def signed(self, query: str) -> str:
        """Give the query as it is."""
        return query

    def renew(self) -> bool:
        """Nothing changes by itself."""
        return False


def basic(options: Options) -> FixedHeaders:
    """Give HTTP Basic. Raises: ConfigurationError."""
    return FixedHeaders({"Authorization": basic_value(options.text("user"), options.text("password"))})


def basic_value(user: str, password: str) -> str:
    """Give the header's value. Source: RFC 7617, in UTF-8."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def bearer(options: Options) -> FixedHeaders:
    """Give a bearer token. Raises: ConfigurationError."""
    token = options.matching("token", VISIBLE, VISIBLE_MEANING)
    return FixedHeaders({"Authorization": f"Bearer {token}"})


def key(options: Options) -> FixedHeaders:
    """Give a key in a header of its own, such as X-API-Key. Raises: ConfigurationError."""
    name = options.matching("name", _HEADER, "the name of a header")
    return FixedHeaders({name: options.matching("value", VISIBLE, VISIBLE_MEANING)})
