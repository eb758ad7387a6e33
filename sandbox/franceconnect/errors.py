"""Refusals: a page where the browser stays, or a JSON body on the back channel."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.franceconnect.failures import FAILURES


class PageError(Exception):
    """The browser stays on an error page showing `code`.

    `back` is where the page's button leads (the service's callback with the error), when there is one.
    """

    def __init__(self, code: str, *, back: str | None = None) -> None:
        super().__init__(code)
        self.failure = FAILURES[code]
        self.back = back


class WireError(Exception):
    """A back-channel call is refused with a JSON body whose `error_uri` carries the Y code."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str,
        *,
        code: str = "Y040001",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description
        self.code = code
        self.headers = dict(headers or {})
