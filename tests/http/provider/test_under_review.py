"""Somebody in doubt who came from a client: a proof leads back to it."""

from __future__ import annotations

import pytest

from bridge.adapters.store.store import SqlStore
from tests.fakes.clock import FakeClock
from tests.http.doubts import browser_of, post, site_of
from tests.http.reading import Reading
from tests.servers.relying_party import RETURN, Client, asked
from tests.usecases.possession.doubt import Doubt


@pytest.fixture
def doubt(sqlite_store: SqlStore, clock: FakeClock) -> Doubt:
    """Give somebody in doubt."""
    return Doubt(sqlite_store, clock)


def test_a_code_copied_on_the_way_leads_back_to_the_client(doubt: Doubt) -> None:
    """Client, our question, e-mail, code, client: the citizen types no address and starts nothing again."""
    doubt.sign_in()
    site = site_of(doubt)
    browser = browser_of(site, doubt)
    site.services.provider.clients.add("portal", label="Espace citoyen", redirect_uris=[RETURN])
    sent = browser.get("/oauth2/authorize", query_string=asked(Client("portal", None)))
    path = sent.location
    page = Reading(browser.get(path).text)
    assert list(page.sections) == ["Recevoir un code", "Donner un récépissé", "Attendre un agent"]
    assert "vous continuez vers « Espace citoyen »" in page.text.replace("\N{NO-BREAK SPACE}", " ")
    post(browser, "/identite/envoi", par="email")
    doubt.send()
    proven = post(browser, "/identite/code", code=doubt.mail.code)
    assert (proven.status_code, proven.location) == (303, path)
    answer = browser.get(path)
    assert answer.location.startswith(f"{RETURN}?code=")
    assert post(browser, "/identite/code", code="0").location != path
