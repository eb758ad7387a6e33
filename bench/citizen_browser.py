"""A citizen's browser on the bare standard library: a thousand must cost less than what they visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urljoin, urlsplit

PASSWORD = "123"
_TIMEOUT_S = 180.0


@dataclass(slots=True)
class Answer:
    """One answer: its status, where it leads, and its text."""

    url: str
    status: int
    location: str
    text: str


@dataclass(slots=True)
class CitizenBrowser:
    """One browser with its cookies, by host and port."""

    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorized(self, bridge_url: str, login: str) -> str:
        """Press the button and go through FranceConnect's pages; give the address of our callback."""
        page = self.ask("GET", f"{bridge_url}/login/franceconnect?next=/")
        interaction = self.ask("GET", page.location)
        base = interaction.location
        self.ask("POST", f"{base}/login", {"login": login, "password": PASSWORD})
        return self.ask("POST", f"{base}/consent", {"decision": "continue"}).location

    def ask(self, method: str, url: str, form: dict[str, str] | None = None) -> Answer:
        """Ask once, without following. Raises: AssertionError on an answer of 400 or more."""
        parts = urlsplit(url)
        jar = self.cookies.setdefault(parts.netloc, {})
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())} if jar else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        _keep_cookies(jar, answer)
        assert answer.status < 400, f"{method} {parts.path}: HTTP {answer.status}"
        return Answer(url, answer.status, urljoin(url, answer.getheader("Location") or ""), text)


def _keep_cookies(jar: dict[str, str], answer: HTTPResponse) -> None:
    for header in answer.headers.get_all("Set-Cookie") or ():
        name, _, value = header.partition(";")[0].partition("=")
        jar[name] = value
