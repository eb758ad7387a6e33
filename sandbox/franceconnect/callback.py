"""Addresses and redirects back to the service."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import redirect
from werkzeug.wrappers import Response


def with_parameters(uri: str, parameters: dict[str, str], *, in_fragment: bool = False) -> str:
    """The address with these parameters added to its query, or put in its fragment."""
    parts = urlsplit(uri)
    if in_fragment:
        return urlunsplit(parts._replace(fragment=urlencode(parameters)))
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()])
    return urlunsplit(parts._replace(query=query))


def error_uri(
    uri: str, *, error: str, description: str, state: str, issuer: str, in_fragment: bool = False
) -> str:
    """Where a failed sign-in leads."""
    parameters = {"error": error, "error_description": description, "state": state, "iss": issuer}
    return with_parameters(uri, parameters, in_fragment=in_fragment)


def go(uri: str) -> Response:
    """A 303, whatever the method was."""
    return redirect(uri, code=303)
