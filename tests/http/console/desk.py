"""Agents at the console of a site: signed in by a row, with doubts to decide."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from bridge.adapters.store.agent_sessions import PURPOSE
from bridge.adapters.store.agents import PURPOSE as LOGIN
from bridge.adapters.store.tables import agent_sessions, agents
from bridge.domain.agent import Role
from bridge.domain.contact import CertifiedPerson
from bridge.domain.matching import Grade
from bridge.domain.review import LinkReview, ReviewKind
from bridge.usecases.sealed_person import seal_person
from tests.fakes.vault import FakeVault
from tests.http.site import HOST, Browser, Site
from tests.usecases.people import PSEUDONYMS, certified, subject_hash

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

AGENT_COOKIE = "__Host-agent"
OURS = {"Sec-Fetch-Site": "same-origin"}
REASON = "pièce d’identité vue au guichet"


def agent(
    site: Site,
    role: Role = Role.REVIEWER,
    *,
    name: str = "a_1",
    sectors: tuple[str, ...] = (),
    ago: timedelta = timedelta(0),
    display_name: str = "Camille Agent",
) -> Browser:
    """Give the browser of an agent who signed in a while ago."""
    token, now = secrets.token_urlsafe(32), site.clock.now()
    person = {
        "id": name,
        "login_hash": name,
        "sealed_login": FakeVault().seal(LOGIN, f"{name}@ville.example"),
        "role": role,
        "sectors": list(sectors),
        "added_at": now,
    }
    session = {
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
        "id": f"as_{token[:8]}",
        "agent_id": name,
        "sealed_display_name": FakeVault().seal(PURPOSE, display_name),
        "sealed_id_token": "sealed",
        "signed_in_at": now - ago,
        "last_seen_at": now,
    }
    with site.store._engine.begin() as connection:
        connection.execute(insert(agents).values(person))
        connection.execute(insert(agent_sessions).values(session))
    browser = site.visitor()
    browser.set_cookie(AGENT_COOKIE, token, domain=HOST, secure=True)
    return browser


def doubt(
    site: Site,
    *candidates: str,
    person: CertifiedPerson | None = None,
    kind: ReviewKind = ReviewKind.IDENTITY,
    number: int = 1,
    reasons: tuple[str, ...] = ("birth_place.unknown",),
    link_id: str | None = None,
    case_id: str | None = None,
    subject: str | None = None,
) -> LinkReview:
    """Open a doubt about who this person is."""
    who = person or certified()
    review = LinkReview(
        id=f"r_{number}",
        kind=kind,
        subject_hash=subject or subject_hash(who),
        candidate_ids=candidates,
        reasons=reasons,
        created_at=site.clock.now(),
        grade=Grade.POSSIBLE,
        link_id=link_id,
        case_id=case_id,
    )
    with site.store.begin() as tx:
        return tx.reviews.open(review, PSEUDONYMS.pivot(who.identity), seal_person(FakeVault(), who))


def post(browser: Browser, path: str, **fields: str) -> TestResponse:
    """Send a form as our own page does."""
    return browser.post(path, data=fields, headers=OURS)


def decide(browser: Browser, review_id: str, choice: str, reason: str = REASON) -> TestResponse:
    """Decide a doubt."""
    return post(browser, f"/agents/doutes/{review_id}/decision", choix=choice, motif=reason)
