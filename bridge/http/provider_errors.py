"""What FranceConnect says when a sign-in fails, for the operator: its code, never its sentences."""

from __future__ import annotations

import logging
import re

import structlog
from flask import Request

from bridge.errors import BridgeError, PermanentError, RemoteError

log = structlog.get_logger("bridge.http")
# Six digits, or those of the library FranceConnect stands on; anything else is somebody's text.
_CODE = re.compile(r"(?<![0-9A-Za-z])Y(?:\d{6}|04[0-9A-F]{5})(?![0-9A-Za-z])", re.ASCII)
_MOST_READ_CHARS = 2_000


def note_provider_error(request: Request, door: str, refusal: BridgeError) -> None:
    """Log a failure FranceConnect reported. Our own fault is an alarm; a citizen who gave up is not.

    FranceConnect's code tells the operator what to mend; about a citizen it could tell too much (that the
    register holds no such person), so it is kept for faults only.
    Source: FranceConnect, page on errors.
    """
    if "error" not in request.args:
        return
    level = logging.INFO
    if isinstance(refusal, RemoteError):
        level = logging.ERROR if isinstance(refusal, PermanentError) else logging.WARNING
    told = _provider_code(request) if level > logging.INFO else None
    log.log(level, "sign_in.refused_by_provider", door=door, code=refusal.code, provider_code=told)


def _provider_code(request: Request) -> str | None:
    """Find the code in the description or in the address of the error page."""
    said = (request.args.get(name, "")[:_MOST_READ_CHARS] for name in ("error_description", "error_uri"))
    found = _CODE.search(" ".join(said))
    return found[0] if found else None
