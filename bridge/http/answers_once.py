"""What the routes of a sign-in share: parameters said once, and answers nobody keeps."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from bridge.errors import SignInError


def single(name: str) -> str | None:
    """Give the parameter; said twice it could mean one thing to us and another to the provider.

    Raises: SignInError `login.state`.
    """
    values = request.args.getlist(name)
    if len(values) > 1:
        raise SignInError("a parameter comes twice", code="login.state")
    return values[0] if values else None


def see_other(address: str) -> Response:
    """Give a redirect that is asked with GET, whatever came before."""
    return redirect(address, 303)


def kept_nowhere(response: Response) -> Response:
    """Have the answer neither stored nor told to the next site: addresses here carry codes and states."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
