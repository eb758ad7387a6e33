"""The whole application on a real store with a clock that stands still, and what citizens do with it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from bridge.adapters.store.store import SqlStore
from bridge.app import create_app
from bridge.domain.case import Case, CaseContent
from bridge.domain.proof import Channel
from bridge.settings import load_settings
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.agent_desk import AgentDesk, DeskPorts
from bridge.usecases.ports import Bell, Session, Store
from bridge.usecases.possession import Possession, PossessionParts
from bridge.usecases.read_cases import ReadCases
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.tell_silence import TellSilence
from bridge.wiring import Services, build_provider, build_services
from jobs.bell import SilentBell
from tests.adapters.store.samples import add_link, change, link, save
from tests.fakes.cases import FakeCases
from tests.fakes.clock import FakeClock
from tests.fakes.contact_changes import FakeContactChanges
from tests.fakes.contacts import FakeContacts
from tests.fakes.desk import FakeDesk
from tests.fakes.vault import FakeVault
from tests.http.answers import body_of
from tests.http.document import Document
from tests.usecases.people import PSEUDONYMS

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

BASE_URL = "https://demarches.ville.test"
HOST = str(urlsplit(BASE_URL).hostname)
COOKIE = "__Host-session"
NOWHERE = "https://nowhere.test"
NOWHERE_PLUS = "https://nowhere-plus.test"
ENVIRONMENT = {
    "BRIDGE_BASE_URL": BASE_URL,
    "BRIDGE_SECRET_KEY": "0123456789abcdef" * 4,
    "BRIDGE_DATABASE_URL": "sqlite://",
    "BRIDGE_TOWN_NAME": "Villeneuve",
    "BRIDGE_HASH_KEYS": f"v1:{'1' * 64}",
    "BRIDGE_ENCRYPTION_KEYS": f"v1:{'2' * 64}",
    "BRIDGE_FRANCECONNECT_ISSUER": f"{NOWHERE}/api/v2",
    "BRIDGE_FRANCECONNECT_CLIENT_ID": "client",
    "BRIDGE_FRANCECONNECT_CLIENT_SECRET": "secret",
    "BRIDGE_FRANCECONNECT_PLUS_ISSUER": f"{NOWHERE_PLUS}/api/v2",
    "BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID": "client-plus",
    "BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET": "secret",
    "BRIDGE_SALESFORCE_LOGIN_URL": NOWHERE,
    "BRIDGE_SALESFORCE_CONSUMER_KEY": "key",
    "BRIDGE_SALESFORCE_CONSUMER_SECRET": "secret",
    "BRIDGE_URBANISME_DIRECTORY": "nowhere",
    "BRIDGE_ETAT_CIVIL_DATABASE_URL": "sqlite://",
    "BRIDGE_DEMARCHES_URL": NOWHERE,
    "BRIDGE_DEMARCHES_TOKEN": "token",
    "BRIDGE_DEMARCHES_NUMBER": "1",
    "BRIDGE_VOIRIE_URL": NOWHERE,
    "BRIDGE_VOIRIE_SINCE": "2025-01-01",
}


class Browser(FlaskClient):
    """A client of the one public host; every answer of the API is held against its own document."""

    document: Document | None = None

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Ask, and check what the API promised."""
        options.setdefault("base_url", BASE_URL)
        answer = super().open(*args, **options)
        if self.document and answer.request.path.startswith("/api/v1/"):
            self.document.check(answer)
        return answer


@dataclass
class Site:
    """The application and what lies behind it."""

    store: SqlStore
    clock: FakeClock
    services: Services
    app: Flask
    citizens: set[int] = field(default_factory=set)
    contacts: FakeContacts = field(default_factory=FakeContacts)

    @classmethod
    def over(cls, store: SqlStore, clock: FakeClock, **changed: Any) -> Site:
        """Give the application over this store; `changed` replaces settings."""
        built = replace(_services(), settings=replace(_services().settings, **changed))
        contacts = FakeContacts()
        services = with_store(built, store, clock, contacts)
        return cls(store, clock, services, _application(services), contacts=contacts)

    @classmethod
    def serving(cls, services: Services, other: Site) -> Site:
        """Give other services for the citizens of another site."""
        return cls(other.store, other.clock, services, _application(services), other.citizens)

    def visitor(self) -> Browser:
        """Give the browser of somebody who is not signed in."""
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        browser.document = Document(body_of(browser.get("/api/v1/openapi.json")))
        return browser

    def citizen(self, number: int = 1) -> Browser:
        """Give the browser of a signed-in citizen whose identity is linked."""
        self.link(number)
        return self._signed_in(f"l_{number}")

    def doubtful(self) -> Browser:
        """Give the browser of somebody whose identity waits for an agent."""
        return self._signed_in(None)

    def link(self, number: int) -> None:
        """Link a citizen, once."""
        if number not in self.citizens:
            add_link(self.store, link(number), f"person-{number}")
            self.citizens.add(number)

    def tell(self, *contents: CaseContent, of: int = 1) -> tuple[Case, ...]:
        """Let services report these requests of a citizen; give them as stored."""
        self.link(of)
        return save(
            self.store,
            *(change(content, keys=[f"person-{of}"]) for content in contents),
            now=self.clock.now(),
        )

    def tell_one(self, content: CaseContent, of: int = 1) -> Case:
        """Let a service report one request."""
        return self.tell(content, of=of)[0]

    def _signed_in(self, link_id: str | None) -> Browser:
        token = secrets.token_urlsafe(32)
        now = self.clock.now()
        session = Session(
            f"s_{token[:8]}", link_id, "v1:who", "franceconnect", "Angela DUBOIS", "eidas1", now
        )
        with self.store.begin() as tx:
            tx.sign_ins.open_session(session, token, "sealed", now)
        browser = self.visitor()
        browser.set_cookie(COOKIE, token, domain=HOST, secure=True)
        return browser


def with_store(
    services: Services, store: Store, clock: FakeClock, contacts: FakeContacts | None = None
) -> Services:
    """Give the services over another store and clock, and Contacts in memory for the agents."""
    absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
    people = contacts or FakeContacts()
    desk = DeskPorts(
        store=store,
        contacts=people,
        sheets=FakeDesk(people),
        changes=FakeContactChanges(people, clock),
        pseudonyms=PSEUDONYMS,
        vault=FakeVault(),
        clock=clock,
        bell=services.bell,
        mappings=services.mappings,
        replay=ReplayParked(store, services.mappings, absorb),
        require_budget=lambda: None,
    )
    return replace(
        services,
        store=store,
        clock=clock,
        possession=possession_over(store, clock, people, FakeCases()),
        own_keys=replace(services.own_keys, store=store, clock=clock),
        sign_in=replace(services.sign_in, store=store, clock=clock),
        sign_in_plus=services.sign_in_plus and replace(services.sign_in_plus, store=store, clock=clock),
        read_cases=ReadCases(store, services.mappings, clock, TellSilence(services.procedures)),
        desk=AgentDesk.over(desk, by_two=services.settings.reviews_confirmed_by_two),
        provider=build_provider(services.settings, store, FakeVault(), clock),
    )


def possession_over(
    store: Store, clock: FakeClock, contacts: FakeContacts, cases: FakeCases, bell: Bell | None = None
) -> Possession:
    """Give what a citizen can do about a doubt, over fakes; both roads of a code are there."""
    vault = FakeVault()
    parts = PossessionParts(
        store, contacts, cases, PSEUDONYMS, vault, clock, bell or SilentBell(), tuple(Channel)
    )
    return parts.together()


def ids(cases: Sequence[Any]) -> list[str]:
    """Give the ids of resources or cases."""
    return [case["id"] if isinstance(case, dict) else case.id for case in cases]


def _application(services: Services) -> Flask:
    app = create_app(services)
    app.test_client_class = Browser
    return app


@cache
def _services() -> Services:
    return build_services(load_settings(ENVIRONMENT), SilentBell())
