"""The whole application behind real HTTP, both providers in front of it, and pages only agents may see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests
from flask import Blueprint, Response, jsonify

from bridge.adapters.clock import SystemClock
from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.wire import LIMITS
from bridge.adapters.outbound import open_session
from bridge.adapters.proconnect.client import ProConnect
from bridge.adapters.proconnect.config import ProConnectConfig
from bridge.adapters.secrets import KeyedPseudonyms
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import metadata
from bridge.app import create_app
from bridge.domain.agent import Role
from bridge.http.access import Access, agent_session, open_to
from bridge.usecases.agent_sign_in import AgentSignIn
from bridge.usecases.keep_agents import KeepAgents
from bridge.usecases.sign_in import SignIn
from bridge.wiring import Services
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.http.login.bridge_login import CLIENT_ID, CLIENT_SECRET, Linker
from tests.http.site import _services
from tests.servers.franceconnect import StandIn
from tests.servers.loopback import serving
from tests.servers.proconnect import ADMINISTRATOR, READER, REVIEWER, SIRET, TIMEOUT_S, AgentStandIn

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SAME_ORIGIN = "same-origin"
_CODE = re.compile(r"[Cc]ode\W(?:nbsp;)?: ([a-z]+\.[a-z_]+)")
ROLES = {READER: Role.READER, REVIEWER: Role.REVIEWER, ADMINISTRATOR: Role.ADMINISTRATOR}


@dataclass(frozen=True)
class Providers:
    """Both stand-ins."""

    citizens: StandIn
    agents: AgentStandIn


@dataclass
class Console:
    """The running application; its clock stands until it is moved."""

    url: str
    providers: Providers
    agents: KeepAgents
    clock: FakeClock

    def sent_to(self, browser: requests.Session, query: str = "") -> str:
        """Press the ProConnect button; give where it leads."""
        answer = self.get(browser, f"/agents/login/proconnect{query}")
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def called_back_at(self, browser: requests.Session, email: str = READER, query: str = "") -> str:
        """Go from the button through ProConnect's page; give the address of the callback."""
        return self.providers.agents.answered(browser, self.sent_to(browser, query), email)

    def sign_in(self, browser: requests.Session, email: str = READER, query: str = "") -> requests.Response:
        """Sign in all the way; give our answer to the callback."""
        return self.get(browser, self.called_back_at(browser, email, query))

    def citizen_signs_in(self, browser: requests.Session) -> requests.Response:
        """Sign in as a citizen, with FranceConnect."""
        sent = self.get(browser, "/login/franceconnect").headers["Location"]
        return self.get(browser, self.providers.citizens.answered(browser, sent, "test"))

    def get(self, browser: requests.Session, address: str, **options: Any) -> requests.Response:
        """Ask for an address, or a path of ours, without following."""
        full = address if address.startswith("http") else self.url + address
        return browser.get(full, timeout=TIMEOUT_S, allow_redirects=False, **options)

    def post(self, browser: requests.Session, path: str, **headers: str) -> requests.Response:
        """Post to a path of ours."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return browser.post(self.url + path, headers=named, timeout=TIMEOUT_S, allow_redirects=False)

    def is_in(self, browser: requests.Session) -> bool:
        """Tell whether a page of the console opens in this browser."""
        return self.get(browser, "/agents/reader").status_code == 200


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Give status and code of a refusal shown to an agent."""
    assert answer.headers["Content-Type"].startswith("text/html"), answer.headers
    code = _CODE.search(answer.text)
    assert code is not None, answer.text
    return answer.status_code, code[1]


@contextmanager
def running_console(providers: Providers) -> Iterator[Console]:
    """Serve it on an empty store in memory, three agents invited."""
    engine = create_store_engine("sqlite://")
    metadata.create_all(engine)
    store, clock = SqlStore(engine, FakeVault()), FakeClock(datetime.now(UTC))
    keeper = KeepAgents(store, KeyedPseudonyms({"v1": b"1" * 32}), clock, {"voirie"})
    for email, role in ROLES.items():
        keeper.add(email, role, (), "operator")
    with open_session(LIMITS) as outbound:

        def application(address: str) -> WSGIApplication:
            services = _put_together(address, keeper, providers, outbound)
            return create_app(services, [_pages()]).wsgi_app

        with serving(application) as address:
            yield Console(address, providers, keeper, clock)
    engine.dispose()


def _put_together(
    address: str, keeper: KeepAgents, providers: Providers, outbound: requests.Session
) -> Services:
    store = keeper.store
    assert isinstance(store, SqlStore)
    citizens, agents = _franceconnect(address, providers), _proconnect(address, providers)
    linker, vault, clock = Linker(store), FakeVault(), SystemClock()
    settings = replace(
        _services().settings, base_url=address, proconnect_issuer=agents.issuer, agents_siret=SIRET
    )
    return replace(
        _services(),
        settings=settings,
        store=store,
        clock=keeper.clock,
        agents=keeper,
        sign_in=SignIn(
            store, FranceConnect(citizens, clock, outbound), vault, keeper.clock, linker, citizens.issuer
        ),
        agent_sign_in=AgentSignIn(
            store,
            ProConnect(agents, clock, outbound),
            keeper.pseudonyms,
            vault,
            keeper.clock,
            agents.issuer,
            SIRET,
        ),
    )


def _franceconnect(address: str, providers: Providers) -> FranceConnectConfig:
    config = FranceConnectConfig(
        issuer=providers.citizens.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=f"{address}/login/franceconnect/callback",
        post_logout_redirect_uri=f"{address}/logout/callback",
    )
    _register(providers.citizens, config)
    return config


def _proconnect(address: str, providers: Providers) -> ProConnectConfig:
    config = ProConnectConfig(
        issuer=providers.agents.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=f"{address}/agents/login/callback",
        post_logout_redirect_uri=f"{address}/agents/logout/callback",
    )
    _register(providers.agents, config)
    return config


def _register(stand_in: StandIn | AgentStandIn, config: FranceConnectConfig | ProConnectConfig) -> None:
    stand_in.order(
        "clients",
        client_id=config.client_id,
        client_secret=config.client_secret,
        redirect_uris=[config.redirect_uri],
        post_logout_redirect_uris=[config.post_logout_redirect_uri],
    )


def _pages() -> Blueprint:
    """Give one page for each role, as the console has many."""
    pages = Blueprint("pages", __name__)
    for access in (Access.READER, Access.REVIEWER, Access.ADMINISTRATOR):

        def page() -> Response:
            session = agent_session()
            return jsonify(name=session.display_name, role=session.agent.role)

        pages.add_url_rule(f"/agents/{access}", access.value, open_to(access)(page), methods=["GET", "POST"])
    return pages
