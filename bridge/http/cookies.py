"""Our cookies: their names, their flags, and nothing in them but random tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from bridge.errors import ConfigurationError
from bridge.setting_types import is_protected

# As long as a sign-in may take.
BROWSER_MAX_AGE_S = 600
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{44}")


@dataclass(frozen=True, slots=True)
class CookieJarPolicy:
    """Host-bound and Secure under https; plain names on loopback http, where browsers refuse that prefix.

    Raises: ConfigurationError for http anywhere else. Source: RFC 6265bis, cookie name prefixes.
    """

    base_url: str

    def __post_init__(self) -> None:
        if not is_protected(self.base_url):
            raise ConfigurationError("BRIDGE_BASE_URL: must be https, or http on this machine only")

    @property
    def is_secure(self) -> bool:
        """Tell whether cookies travel under https only."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def session_name(self) -> str:
        """Give the name of the session's cookie."""
        return self._name("session")

    @property
    def browser_name(self) -> str:
        """Give the name of the cookie that ties a sign-in under way to its browser."""
        return self._name("sign-in")

    @property
    def agent_name(self) -> str:
        """Give the name of the cookie of an agent's session; never the citizen's."""
        return self._name("agent")

    def agent_token(self, request: Request) -> str | None:
        """Give the token of an agent's session the browser brought."""
        return request.cookies.get(self.agent_name)

    def give_agent(self, response: Response, token: str) -> None:
        """Hand over the token of an agent's session; it is gone with the browser."""
        self._set(response, self.agent_name, token, None)

    def forget_agent(self, response: Response) -> None:
        """Take the token of an agent's session back."""
        self._set(response, self.agent_name, "", 0)

    @property
    def waiting_name(self) -> str:
        """Give the name of the cookie that says which client's request waits for this person."""
        return self._name("waiting-request")

    def waiting_request(self, request: Request) -> str | None:
        """Give the id of the request that waits in this browser; None for what was never one."""
        found = request.cookies.get(self.waiting_name, "")
        return found if _REQUEST_ID.fullmatch(found) else None

    def give_waiting(self, response: Response, request_id: str, max_age_s: int) -> None:
        """Remember which client's request waits, so that a proof made meanwhile leads back to it."""
        self._set(response, self.waiting_name, request_id, max_age_s)

    def forget_waiting(self, response: Response) -> None:
        """The request was answered."""
        self._set(response, self.waiting_name, "", 0)

    def session_token(self, request: Request) -> str | None:
        """Give the session token the browser brought."""
        return request.cookies.get(self.session_name)

    def browser_token(self, request: Request) -> str | None:
        """Give the browser token the browser brought."""
        return request.cookies.get(self.browser_name)

    def give_session(self, response: Response, token: str) -> None:
        """Hand over a session token; it is gone with the browser, and the server ends it before."""
        self._set(response, self.session_name, token, None)

    def give_browser(self, response: Response, token: str, max_age_s: int = BROWSER_MAX_AGE_S) -> None:
        """Hand over a browser token for the time of a sign-in."""
        self._set(response, self.browser_name, token, max_age_s)

    def forget_session(self, response: Response) -> None:
        """Take the session token back."""
        self._set(response, self.session_name, "", 0)

    def _name(self, plain: str) -> str:
        return f"__Host-{plain}" if self.is_secure else plain

    def _set(self, response: Response, name: str, value: str, max_age_s: int | None) -> None:
        response.set_cookie(
            name, value, max_age=max_age_s, path="/", secure=self.is_secure, httponly=True, samesite="Lax"
        )
