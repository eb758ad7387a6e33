"""A citizen's browser that follows every redirect and fills in FranceConnect's two pages."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import requests

from tests.independent.conftest import CITIZEN
from tests.servers.franceconnect import PASSWORD, TIMEOUT_S

_FORM = re.compile(r'<form[^>]+action="([^"]+)"')
_INTERACTION = "/interaction/"


def walk(browser: requests.Session, address: str) -> requests.Response:
    """Give the page a citizen ends at who follows this link, and signs in when FranceConnect asks."""
    page = browser.get(address, timeout=TIMEOUT_S)
    for answers in ({"login": CITIZEN, "password": PASSWORD}, {"decision": "continue"}):
        if _INTERACTION not in page.url:
            return page
        form = _FORM.search(page.text)
        assert form, page.text
        page = browser.post(urljoin(page.url, form[1]), data=answers, timeout=TIMEOUT_S)
    return page
