"""The whole application as an OpenID provider, served for a test, with FranceConnect's stand-in behind it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import URL, Engine, select

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries
from bridge.app import create_app
from bridge.settings import load_settings
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import Session
from bridge.usecases.sign_in import ID_TOKEN_PURPOSE
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from tests.adapters.store.samples import add_link, link
from tests.fakes.clock import FakeClock
from tests.fakes.contacts import FakeContacts
from tests.fakes.vault import FakeVault
from tests.http.site import ENVIRONMENT, with_store
from tests.servers.franceconnect import TIMEOUT_S, StandIn, stand_in_franceconnect
from tests.servers.loopback import serving
from tests.servers.relying_party import (
    AFTER_LOGOUT,
    EVERY_SCOPE,
    RETURN,
    SITE_RETURN,
    VERIFIER,
    Client,
    answer_of,
    asked,
    bearer,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass
class RunningProvider:
    """The running bridge, its store and its clock."""

    url: str
    store: SqlStore
    engine: Engine
    clock: FakeClock
    services: Services
    stand_in: StandIn
    contacts: FakeContacts
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def client(self, **changes: Any) -> Client:
        """Register a relying party that may ask for everything."""
        name = f"client-{next(self.numbers)}"
        given = {
            "label": "Espace citoyen",
            "redirect_uris": (RETURN, SITE_RETURN),
            "post_logout_redirect_uris": (AFTER_LOGOUT,),
            "scopes": EVERY_SCOPE,
            **changes,
        }
        return Client(name, self.services.provider.clients.add(name, **given))

    def citizen(self, *, linked: bool = True) -> Citizen:
        """Give the browser of somebody who is signed in."""
        number = next(self.numbers)
        if linked:
            add_link(self.store, link(number), f"person-{number}")
        citizen = Citizen(number, requests.Session())
        self.sign_in(citizen, linked=linked)
        return citizen

    def sign_in(self, citizen: Citizen, *, linked: bool = True) -> str:
        """Open a session in this browser; give its id."""
        token, now = secrets.token_urlsafe(32), self.clock.now()
        session = Session(
            id=f"s_{token[:12]}",
            link_id=f"l_{citizen.number}" if linked else None,
            subject_hash=f"subject-{citizen.number}",
            door="franceconnect",
            display_name=f"Camille DUPONT-{citizen.number}",
            acr="eidas1",
            signed_in_at=now,
            given_name="Camille",
            family_name=f"DUPONT-{citizen.number}",
        )
        with self.store.begin() as tx:
            tx.sign_ins.open_session(session, token, FakeVault().seal(ID_TOKEN_PURPOSE, "a.b.c"), now)
        citizen.browser.cookies.set("session", token, domain=urlsplit(self.url).hostname, path="/")
        return session.id

    def get(self, browser: requests.Session, path: str, **options: Any) -> requests.Response:
        """Ask for a path or address without following."""
        address = path if path.startswith("http") else self.url + path
        return browser.get(address, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def authorize(
        self, browser: requests.Session, client: Client, **changes: str | None
    ) -> requests.Response:
        """Send a browser with a request; a change of None leaves the parameter out."""
        return self.get(browser, "/oauth2/authorize", params=asked(client, **changes))

    def through_franceconnect(
        self, browser: requests.Session, sent: requests.Response, login: str = "test"
    ) -> requests.Response:
        """Sign in as this answer asks; give our answer where the request goes on."""
        assert urlsplit(sent.headers["Location"]).path == "/login/franceconnect", sent.headers
        away = self.get(browser, sent.headers["Location"])
        callback = self.stand_in.answered(browser, away.headers["Location"], login)
        onward = self.get(browser, callback)
        assert onward.status_code == 303, onward.text
        return self.get(browser, onward.headers["Location"])

    def code(self, citizen: Citizen, client: Client, **changes: str | None) -> str:
        """Give the code a signed-in citizen's browser brings back."""
        return answer_of(self.authorize(citizen.browser, client, **changes))["code"]

    def token(self, client: Client, **form: str | None) -> requests.Response:
        """Post to the token endpoint, credentials in the body."""
        given = {**client.posted, **form}
        return self.post("/oauth2/token", {name: value for name, value in given.items() if value is not None})

    def redeemed(self, client: Client, code: str, **form: str | None) -> requests.Response:
        """Redeem a code as the client that got it does."""
        given: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "code_verifier": VERIFIER,
            **form,
        }
        return self.token(client, **given)

    def tokens(self, citizen: Citizen, client: Client, **changes: str | None) -> dict[str, Any]:
        """Give the tokens of a whole sign-in."""
        answer = self.redeemed(client, self.code(citizen, client, **changes))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def refreshed(self, client: Client, token: str, **form: str) -> requests.Response:
        """Present a refresh token."""
        return self.token(client, grant_type="refresh_token", refresh_token=token, **form)

    def post(self, path: str, form: dict[str, str], **options: Any) -> requests.Response:
        """Post a form from a server."""
        return requests.post(self.url + path, data=form, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def userinfo(self, token: str) -> requests.Response:
        """Ask who signed in."""
        return requests.get(f"{self.url}/oauth2/userinfo", headers=bearer(token), timeout=TIMEOUT_S)

    def api(self, token: str, path: str = "/api/v1/me") -> requests.Response:
        """Ask the status API."""
        return requests.get(self.url + path, headers=bearer(token), timeout=TIMEOUT_S)

    def audited(self, citizen: Citizen, action: str) -> list[tuple[str, str | None]]:
        """Give actor and reason of each audit row about a citizen."""
        about = audit_entries.c.subject == f"l_{citizen.number}", audit_entries.c.action == action
        query = select(audit_entries.c.actor, audit_entries.c.reason).where(*about)
        with self.engine.connect() as connection:
            return [(row.actor, row.reason) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody with a browser."""

    number: int
    browser: requests.Session


@contextmanager
def running_provider(place: Path | URL, **settings: str) -> Iterator[RunningProvider]:
    """Serve the application on an empty store: SQLite in a folder, or the database at an address."""
    url = URL.create("sqlite", database=str(place / "bridge.db")) if isinstance(place, Path) else place
    engine = create_store_engine(url.render_as_string(hide_password=False))
    migrate(engine)
    store, clock = SqlStore(engine, FakeVault()), FakeClock(datetime.now(UTC))
    built: list[Services] = []
    contacts = FakeContacts()
    with stand_in_franceconnect() as stand_in:

        def application(address: str) -> WSGIApplication:
            services = _services(stand_in, address, store, clock, contacts=contacts, changed=settings)
            built.append(services)
            return create_app(services).wsgi_app

        with serving(application) as address:
            yield RunningProvider(address, store, engine, clock, built[0], stand_in, contacts)
    engine.dispose()


def _services(
    stand_in: StandIn,
    address: str,
    store: SqlStore,
    clock: FakeClock,
    *,
    contacts: FakeContacts,
    changed: dict[str, str],
) -> Services:
    """Give the services, registered at the stand-in; FranceConnect's own times are real."""
    environment = ENVIRONMENT | {
        "BRIDGE_SANDBOX": "true",
        "BRIDGE_BASE_URL": address,
        "BRIDGE_FRANCECONNECT_ISSUER": stand_in.issuer,
        "BRIDGE_FRANCECONNECT_CLIENT_ID": "commune-essai",
        "BRIDGE_FRANCECONNECT_CLIENT_SECRET": "secret-essai-" + "0" * 51,
        **changed,
    }
    stand_in.order(
        "clients",
        client_id=environment["BRIDGE_FRANCECONNECT_CLIENT_ID"],
        client_secret=environment["BRIDGE_FRANCECONNECT_CLIENT_SECRET"],
        redirect_uris=[f"{address}/login/franceconnect/callback"],
        post_logout_redirect_uris=[f"{address}/logout/callback"],
    )
    built = build_services(load_settings(environment), SilentBell())
    vault, bell = FakeVault(), SilentBell()
    services = with_store(built, store, clock)
    link = LinkContact(store, contacts, built.sign_in.link.pseudonyms, vault, clock, bell)  # type: ignore[attr-defined]  # wired as LinkContact
    return replace(services, sign_in=replace(services.sign_in, vault=vault, link=link))
