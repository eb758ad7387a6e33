"""What the first page says after something was done: one of a few sentences, named in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

_NAME = "fait"
_NOTICES = {
    "prouvee": "notice_proven",
    "rattachee": "notice_claimed",
    "a-verifier": "notice_review",
    "retiree": "notice_given_back",
}


def home_saying(done: str) -> Response:
    """Give the way to the first page, which will say what was done."""
    return redirect(f"/?{urlencode({_NAME: done})}", 303)


def notice() -> str | None:
    """Give the key of the words for what was just done, None for nothing and for what we never said."""
    return _NOTICES.get(request.args.get(_NAME, ""))
