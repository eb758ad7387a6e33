"""The application, for somebody in doubt, and what its forms answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.http.site import BASE_URL, COOKIE, HOST, Browser, Site
from tests.usecases.possession.doubt import Doubt

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

OURS = {"Origin": BASE_URL}


def site_of(doubt: Doubt) -> Site:
    """Give the application over the store and the outside of this scene."""
    site = Site.over(doubt.store, doubt.clock)
    return Site.serving(replace(site.services, possession=doubt.possession), site)


def browser_of(site: Site, doubt: Doubt) -> Browser:
    """Give the browser of the person in doubt."""
    browser = site.visitor()
    browser.set_cookie(COOKIE, doubt.token, domain=HOST, secure=True)
    return browser


def post(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Send a form as our own page does."""
    return browser.post(path, data=fields, headers=OURS)
