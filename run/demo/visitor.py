"""A browser in thirty lines: follows links and submits forms over real HTTP, as a citizen would."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests

TIMEOUT_S = 20
PASSWORD = "123"  # noqa: S105 - the public password of FranceConnect's test identities


_BUTTON = re.compile(r'href="([^"]*/services/auth/sso/[^"]+)"')
_SHOWN = re.compile(r'<li data-id="([^"]+)"')


class _Forms(HTMLParser):
    """Collects the forms of a page with their hidden and preset fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self.forms.append({"action": named.get("action") or "", "fields": {}})
        elif tag in {"input", "button"} and self.forms and named.get("name"):
            self.forms[-1]["fields"].setdefault(named["name"], named.get("value") or "")


class Visitor:
    """One citizen's browser; cookies stay with it."""

    def __init__(self, bridge_url: str) -> None:
        self._url = bridge_url
        self._session = requests.Session()

    def sign_in(self, login: str) -> None:
        """Go through FranceConnect's two pages. Raises: RuntimeError when the way ends elsewhere."""
        self._entered(f"{self._url}/login/franceconnect?next=/", login, self._url)

    def enter_portal(self, portal_url: str, login: str) -> set[str]:
        """Give the ids of the requests the org's portal shows after its one button was pressed.

        Raises: RuntimeError when the way ends elsewhere.
        """
        button = _BUTTON.search(self._session.get(portal_url, timeout=TIMEOUT_S).text)
        if button is None:
            raise RuntimeError("the portal has no button")
        page = self._entered(urljoin(portal_url, unescape(button[1])), login, portal_url)
        return set(_SHOWN.findall(page.text))

    def cases(self) -> list[dict[str, Any]]:
        """Give every case the API shows, following its cursors."""
        cases: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            answer = self._session.get(f"{self._url}/api/v1/cases", params=query, timeout=TIMEOUT_S)
            answer.raise_for_status()
            page = answer.json()
            cases += page["cases"]
            cursor = page["next_cursor"]
            if cursor is None:
                return cases

    def _entered(self, address: str, login: str, home: str) -> requests.Response:
        page = self._session.get(address, timeout=TIMEOUT_S)
        for _ in range(3):
            if page.url.startswith(home):
                break
            page = self._submit(page, {"login": login, "password": PASSWORD, "decision": "continue"})
        if not page.url.startswith(home) or page.status_code != 200:
            raise RuntimeError(f"the sign-in ended with HTTP {page.status_code}")
        return page

    def _submit(self, page: requests.Response, answers: dict[str, str]) -> requests.Response:
        parser = _Forms()
        parser.feed(page.text)
        form = next(f for f in parser.forms if answers.keys() & f["fields"].keys())
        fields = {name: answers.get(name, value) for name, value in form["fields"].items()}
        return self._session.post(urljoin(page.url, form["action"]), data=fields, timeout=TIMEOUT_S)
