"""Reads parameters to the letter, with every value each came with."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Request

from bridge.errors import ProtocolError
from bridge.usecases.provider.read_request import Parameters, single

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 50


def of_query(request: Request) -> Parameters:
    """Give the parameters of the address. Raises: ProtocolError when there are far too many."""
    return _read(request.query_string)


def of_form(request: Request) -> Parameters:
    """Give the parameters of the body. Raises: ProtocolError when there are far too many."""
    return _read(request.get_data())


def singles(parameters: Parameters) -> dict[str, str]:
    """Give one value a parameter, empty ones left out. Raises: ProtocolError when one comes twice."""
    values = {name: single(parameters, name) for name in parameters}
    return {name: value for name, value in values.items() if value is not None}


def _read(encoded: bytes) -> Parameters:
    """What is not UTF-8 is kept as it is, for `state` goes back byte for byte."""
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8", "surrogateescape"),
            keep_blank_values=True,
            errors="surrogateescape",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise ProtocolError("there are too many parameters") from None
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found
