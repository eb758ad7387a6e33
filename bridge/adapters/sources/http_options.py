"""The options every transport over HTTP has: how long, how much, how often."""

from __future__ import annotations

from collections.abc import Callable

import requests

from bridge.adapters.outbound import OutboundLimits, open_session
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.pacing import Pacer

HTTP_OPTIONS = (
    "connect_timeout_s",
    "read_timeout_s",
    "total_timeout_s",
    "max_megabytes",
    "requests_per_minute",
)

_MEGABYTE = 1024 * 1024
_DEFAULTS = OutboundLimits(max_response_bytes=16 * _MEGABYTE)


def http_session(options: Options) -> requests.Session:
    """Give a session within the limits of this source. Raises: ConfigurationError."""
    megabytes = _DEFAULTS.max_response_bytes // _MEGABYTE
    limits = OutboundLimits(
        connect_timeout_s=options.number("connect_timeout_s", int(_DEFAULTS.connect_timeout_s), at_most=60),
        read_timeout_s=options.number("read_timeout_s", int(_DEFAULTS.read_timeout_s), at_most=600),
        total_timeout_s=options.number("total_timeout_s", int(_DEFAULTS.total_timeout_s), at_most=3_600),
        max_response_bytes=options.number("max_megabytes", megabytes, at_most=256) * _MEGABYTE,
    )
    return open_session(limits)


def pacer(options: Options, sleep: Callable[[float], None], *, usual: int | None) -> Pacer:
    """Give what keeps this source's pace, `usual` when its file says nothing. Raises: ConfigurationError."""
    if usual is None and options.given.get("requests_per_minute") is None:
        return Pacer(None, sleep)
    return Pacer(options.number("requests_per_minute", usual or 0, at_most=100_000), sleep)
