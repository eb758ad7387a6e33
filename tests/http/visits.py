"""What a citizen opens and reads, and three requests to read about."""

from __future__ import annotations

from bridge.domain.case import CaseContent
from bridge.domain.status import Outcome, Phase, WaitingFor
from tests.adapters.store.samples import content, status
from tests.http.reading import Reading
from tests.http.site import Browser, Site

CITIZEN = WaitingFor.CITIZEN
NOBODY = WaitingFor.NOBODY
TO_ACT = content(
    "PC-1", title="Véranda", said=status(Phase.ACTION_REQUIRED, waiting_for=CITIZEN, legacy_label="incomplet")
)
UNDER_WAY = content("PC-2", title="Clôture", said=status(Phase.IN_PROGRESS))
FINISHED = content("PC-3", title="Piscine", said=status(Phase.CLOSED, Outcome.DONE, waiting_for=NOBODY))


def read(browser: Browser, path: str = "/", language: str = "fr") -> Reading:
    """Open a page and read it."""
    answer = browser.get(path, headers={"Accept-Language": language})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return Reading(answer.text)


def read_request(site: Site, said: CaseContent, language: str = "fr") -> Reading:
    """Let a service say this, then open the page of the request."""
    browser = site.citizen(1)
    return read(browser, f"/demandes/{site.tell_one(said).id}", language)
