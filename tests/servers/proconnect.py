"""The stand-in ProConnect, served for a test, and an agent's way through its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

from sandbox.proconnect.app import build
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TIMEOUT_S = 10
READER = "lea.martin@issy.example"
REVIEWER = "rene.dupuis@issy.example"
ADMINISTRATOR = "ada.bernard@issy.example"
UNINVITED = "noe.petit@issy.example"
UNCHECKED = "zoe.faure@issy.example"
ELSEWHERE = "victor.roux@vanves.example"
PRIVATE = "paul.girard@entreprise.example"
SIRET = "21920040900015"


@dataclass(frozen=True, slots=True)
class AgentStandIn:
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

    def answered(self, browser: requests.Session, address: str, email: str) -> str:
        """Go through the page as an agent does; give the address the service is called back at."""
        return self._posted(browser, address, "login", {"login": email})

    def given_up(self, browser: requests.Session, address: str) -> str:
        """Go there and give up; give the address the service is called back at."""
        return self._posted(browser, address, "cancel", {})

    def _posted(self, browser: requests.Session, address: str, form: str, fields: dict[str, str]) -> str:
        page = browser.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        assert page.status_code == 303, page.text
        if not page.headers["Location"].startswith(self.url):
            return page.headers["Location"]
        answer = browser.post(
            f"{page.headers['Location']}/{form}", data=fields, timeout=TIMEOUT_S, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]


@contextmanager
def stand_in_proconnect() -> Iterator[AgentStandIn]:
    """Serve one on a free port."""

    def application(address: str) -> WSGIApplication:
        return build(address)[0].wsgi_app

    with serving(application) as address:
        yield AgentStandIn(address)
