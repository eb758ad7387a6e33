"""Whether a request that changes something was made by one of our own pages."""

from __future__ import annotations

from flask import Request, g

from bridge.errors import ForbiddenError


def require_same_origin(request: Request, base_url: str) -> None:
    """Let only our own pages through; a browser that says nothing at all is refused too.

    Who brings an access token is not carried there by a browser on its own, and needs no such proof.
    Raises: ForbiddenError `request.cross_site`. Source: W3C Fetch Metadata; RFC 6454 for `Origin`.
    """
    session = g.get("session")
    if session is not None and session.client_id is not None:
        return
    site = request.headers.get("Sec-Fetch-Site")
    ours = request.headers.get("Origin") == base_url.rstrip("/") if site is None else site == "same-origin"
    if not ours:
        raise ForbiddenError("only a page of this site may ask this", code="request.cross_site")
