"""Answers in the org's form: JSON with its charset, errors as an array."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from flask import Response, request

from sandbox.salesforce.errors import SalesforceError, malformed_json

_JSON = "application/json;charset=UTF-8"
_PIECE = 1 << 18


def json_reply(body: object, status: int = 200) -> Response:
    """A JSON answer, indented for who asks with `X-PrettyPrint: 1`."""
    indent = 2 if request.headers.get("X-PrettyPrint") == "1" else None
    text = json.dumps(body, ensure_ascii=False, indent=indent, separators=None if indent else (",", ":"))
    return Response(text, status, content_type=_JSON)


def empty_reply(status: int = 204) -> Response:
    """An answer without a body."""
    return Response(status=status)


def error_reply(error: SalesforceError) -> Response:
    """A refusal as the data resources give it: an array of one."""
    return json_reply([error.as_error()], error.status)


def json_object() -> dict[str, object]:
    """The JSON object a request carries.

    Raises: SalesforceError `JSON_PARSER_ERROR`.
    """
    if not request.mimetype.endswith("json"):
        raise SalesforceError(
            "UNSUPPORTED_MEDIA_TYPE",
            f"Content-Type header specified in HTTP request is not supported: {request.content_type}",
            status=415,
        )
    try:
        body = _parsed(request.get_data())
    except (ValueError, RecursionError) as error:
        place = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise malformed_json(
            f"Unexpected character or end of input at [line:{place[0]}, column:{place[1]}]"
        ) from None
    if not isinstance(body, dict):
        raise malformed_json("The HTTP entity body must be a JSON object at [line:1, column:1]")
    return body


def _parsed(content: bytes) -> object:
    body: object = json.loads(content)
    if b"\\ud" in content.lower():
        # Half of a surrogate pair is no text: it could be neither stored nor sent on.
        json.dumps(body, ensure_ascii=False).encode()
    return body


def raw_segments() -> list[str]:
    """The path of the request in pieces still percent-encoded: an encoded slash does not split one."""
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.full_path)
    if "://" in raw.partition("?")[0]:
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    return [piece for piece in raw.partition("?")[0].split("/") if piece]


def csv_reply(path: Path, start: int = 0, end: int | None = None, *, head: bytes = b"") -> Response:
    """A stretch of a CSV file, sent piece by piece."""
    stop = path.stat().st_size if end is None else end
    reply = Response(_pieces(path, start, stop, head), content_type="text/csv; charset=UTF-8")
    reply.content_length = len(head) + stop - start
    return reply


def _pieces(path: Path, start: int, stop: int, head: bytes) -> Iterator[bytes]:
    yield head
    with path.open("rb") as file:
        file.seek(start)
        while start < stop and (piece := file.read(min(_PIECE, stop - start))):
            start += len(piece)
            yield piece
