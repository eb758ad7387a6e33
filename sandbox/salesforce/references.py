"""`@{ref.field}` in a composite call: the answers of earlier sub-requests put into later ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from sandbox.salesforce.errors import SalesforceError

_REFERENCE = re.compile(r"@\{([A-Za-z0-9][A-Za-z0-9_]*)((?:\.\w+|\[\d+\])*)\}")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def fill_url(url: str, answers: Mapping[str, object]) -> str:
    """The URL with its references replaced, percent-encoded.

    Raises: SalesforceError `PROCESSING_HALTED` for a reference without a value.
    """
    return _REFERENCE.sub(lambda found: quote(str(_value(found, answers)), safe=""), url)


def fill_body(body: object, answers: Mapping[str, object]) -> object:
    """The body with its references replaced; one that is a whole string keeps the type of its value.

    Raises: as `fill_url`.
    """
    if isinstance(body, dict):
        return {name: fill_body(value, answers) for name, value in body.items()}
    if isinstance(body, list):
        return [fill_body(value, answers) for value in body]
    if not isinstance(body, str):
        return body
    whole = _REFERENCE.fullmatch(body)
    if whole:
        return _value(whole, answers)
    return _REFERENCE.sub(lambda found: str(_value(found, answers)), body)


def _value(found: re.Match[str], answers: Mapping[str, object]) -> object:
    current = answers.get(found[1])
    for name, index in _STEP.findall(found[2]):
        if name:
            current = current.get(name) if isinstance(current, dict) else None
        else:
            items = current if isinstance(current, list) else []
            current = items[int(index)] if int(index) < len(items) else None
    if current is None or isinstance(current, dict | list):
        raise _no_value(found[1], found[0][2:-1])
    return current


def _no_value(reference: str, written: str) -> SalesforceError:
    return SalesforceError(
        "PROCESSING_HALTED",
        f"Invalid reference specified. No value for {written} found in {reference}. Provided referenceId"
        f" ('{written}') must start with a letter or a number, and it can contain only letters, numbers and"
        " underscores ('_').",
    )
