"""Our cookies: their names, their flags, and nothing in them but random tokens."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from bridge.errors import ConfigurationError
from bridge.setting_types import is_protected

# As long as a sign-in may take.
BROWSER_MAX_AGE_S = 600


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
