"""The stand-in FranceConnect, served for a test, and a citizen's way through its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING, Any

import requests

from sandbox.franceconnect.app import build
from sandbox.franceconnect.platforms import PLUS, V2, Platform
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TIMEOUT_S = 10
LOCAL_PLUS = replace(PLUS, local_redirects=True)
"""FranceConnect+, but for tests on this machine."""
PASSWORD = "123"
_BACK = re.compile(r'id="back-to-service" href="([^"]+)"')


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running stand-in."""

    url: str

    @property
    def issuer(self) -> str:
        """Give its issuer."""
        return f"{self.url}/api/v2"

    def order(self, what: str, **order: Any) -> None:
        """Order something under /sandbox/."""
        answer = requests.post(f"{self.url}/sandbox/{what}", json=order, timeout=TIMEOUT_S)
        assert answer.ok, answer.text

    def answered(self, browser: requests.Session, address: str, login: str) -> str:
        """Go through the pages as a citizen does; give the address the service is called back at."""
        page = browser.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        assert page.status_code == 303, page.text
        interaction = page.headers["Location"]
        form = {"login": login, "password": PASSWORD}
        page = browser.post(f"{interaction}/login", data=form, timeout=TIMEOUT_S)
        refused = _BACK.search(page.text)
        return unescape(refused[1]) if refused else self._decided(browser, interaction, "continue")

    def given_up(self, browser: requests.Session, address: str) -> str:
        """Go there and give up; give the address the service is called back at."""
        page = browser.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        return self._decided(browser, page.headers["Location"], "cancel")

    def _decided(self, browser: requests.Session, interaction: str, decision: str) -> str:
        answer = browser.post(
            f"{interaction}/consent",
            data={"decision": decision},
            timeout=TIMEOUT_S,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


@contextmanager
def stand_in_franceconnect(platform: Platform = V2) -> Iterator[StandIn]:
    """Serve one on a free port."""

    def application(address: str) -> WSGIApplication:
        return build(address, platform=platform)[0].wsgi_app

    with serving(application) as address:
        yield StandIn(address)
