"""The options of a SOAP source, apart so that zeep is loaded by those alone who use it."""

from __future__ import annotations

from bridge.adapters.sources.http_options import HTTP_OPTIONS
from bridge.adapters.sources.rest.plan_options import PLAN_OPTIONS

OPTIONS = (
    "url",
    "wsdl",
    "wsdl_sha256",
    "service",
    "port",
    "auth",
    "headers",
    "missing_faults",
    *PLAN_OPTIONS,
    *HTTP_OPTIONS,
)
