"""The login routes over real HTTP, in front of the stand-in, with a browser."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from flask import Flask, Response, g, jsonify

from bridge.adapters.clock import SystemClock
from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.wire import LIMITS
from bridge.adapters.outbound import open_session
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.domain.contact import CertifiedPerson, IdentityLink, LinkMethod
from bridge.errors import BridgeError
from bridge.http.access import Access, guard, open_to
from bridge.http.cookies import CookieJarPolicy
from bridge.http.login import login_blueprint
from bridge.http.problems import status_of
from bridge.http.sessions import Sessions
from bridge.usecases.link_contact import LinkOutcome
from bridge.usecases.sign_in import SignIn
from tests.fakes.vault import FakeVault
from tests.servers.franceconnect import TIMEOUT_S, StandIn
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CLIENT_ID = "commune-essai"
CLIENT_SECRET = "secret-essai-" + "0" * 51


@dataclass
class Linker:
    """Links each subject to a Contact of its own, and remembers whom it saw."""

    store: SqlStore
    people: list[CertifiedPerson] = field(default_factory=list)

    def __call__(self, person: CertifiedPerson) -> LinkOutcome:
        """Give the link of this person."""
        self.people.append(person)
        name = hashlib.sha256(person.subject.encode()).hexdigest()[:15]
        now = SystemClock().now()
        link = IdentityLink(
            f"l_{name}", f"p_{name}", f"v1:{name}", name, LinkMethod.CREATED, "rule", now, person.acr
        )
        with self.store.begin() as tx:
            return LinkOutcome(tx.links.add(link, "v1:p", []), None)


@dataclass
class Bridge:
    """The running routes and what they linked."""

    url: str
    stand_in: StandIn
    linker: Linker

    def called_back_at(self, browser: requests.Session, login: str, wanted: str = "/") -> str:
        """Go from the button through FranceConnect's pages; give the address of the callback."""
        return self.stand_in.answered(browser, self.sent_to(browser, wanted), login)

    def sent_to(self, browser: requests.Session, wanted: str = "/") -> str:
        """Press the button; give where it leads."""
        answer = self.get(browser, "/login/franceconnect", params={"next": wanted})
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def sign_in(self, browser: requests.Session, login: str = "test", wanted: str = "/") -> requests.Response:
        """Sign in all the way; give our answer to the callback."""
        return self.get(browser, self.called_back_at(browser, login, wanted))

    def whoami(self, browser: requests.Session) -> dict[str, Any] | None:
        """Give the session of this browser."""
        found: dict[str, Any] | None = self.get(browser, "/whoami").json()
        return found

    def get(self, browser: requests.Session, address: str, **options: Any) -> requests.Response:
        """Ask for an address, or a path of ours, without following."""
        full = address if address.startswith("http") else self.url + address
        return browser.get(full, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def post(self, browser: requests.Session, path: str, **headers: str) -> requests.Response:
        """Post to a path of ours."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return browser.post(self.url + path, headers=named, timeout=TIMEOUT_S, allow_redirects=False)


@contextmanager
def running_bridge(stand_in: StandIn) -> Iterator[Bridge]:
    """Serve the login routes, registered at this stand-in, on an empty store in memory."""
    engine = create_store_engine("sqlite://")
    metadata.create_all(engine)
    linker = Linker(SqlStore(engine, FakeVault()))
    with open_session(LIMITS) as outbound:

        def application(address: str) -> WSGIApplication:
            config = _registered(stand_in, address)
            clock = SystemClock()
            provider = FranceConnect(config, clock, outbound)
            sign_in = SignIn(linker.store, provider, FakeVault(), clock, linker, config.issuer)
            return _application(sign_in, CookieJarPolicy(address)).wsgi_app

        with serving(application) as address:
            yield Bridge(address, stand_in, linker)
    engine.dispose()


def _registered(stand_in: StandIn, address: str) -> FranceConnectConfig:
    config = FranceConnectConfig(
        issuer=stand_in.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=f"{address}/login/franceconnect/callback",
        post_logout_redirect_uri=f"{address}/logout/callback",
    )
    stand_in.order(
        "clients",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uris=[config.redirect_uri],
        post_logout_redirect_uris=[config.post_logout_redirect_uri],
    )
    return config


def _application(sign_in: SignIn, cookies: CookieJarPolicy) -> Flask:
    app = Flask(__name__)
    app.register_blueprint(login_blueprint(sign_in, cookies))
    sessions = Sessions(sign_in.store, cookies, sign_in.clock)
    guard(app, sessions.current_session, sessions.current_agent)

    @app.get("/whoami")
    @open_to(Access.EVERYONE)
    def whoami() -> Response:
        session = g.session
        return jsonify({"link": session.link_id, "name": session.display_name} if session else None)

    @app.errorhandler(BridgeError)
    def refuse(error: BridgeError) -> tuple[Response, int]:
        return jsonify(code=error.code, explanation=error.explanation), status_of(error)

    return app


def code(answer: requests.Response) -> tuple[int, str]:
    """Give status and code of a refusal."""
    return answer.status_code, answer.json()["code"]
