"""`bridge clients` and `bridge keys`: what an operator types, and what it is refused for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.adapters.store.store import SqlStore
from bridge.domain.portal import Scope
from bridge.errors import ConfigurationError, ProtocolError
from bridge.usecases.provider import Clients
from bridge.wiring import Services
from run.cli import bridge
from run.commands import clients, keys
from run.demo.portal import register_sandbox_portal
from tests.fakes.clock import FakeClock
from tests.http.site import Site

RETURN = "https://ville.my.salesforce.test/services/authcallback/Bridge"
SECRET = re.compile(r"client secret  (\S+)")


@pytest.fixture
def services(site: Site, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Give the services these commands meet."""
    for module in (clients, keys):
        monkeypatch.setattr(module, "read_services", lambda: site.services)
    return site.services


@pytest.fixture
def register(sqlite_store: SqlStore, clock: FakeClock) -> Clients:
    """Give the register of clients alone."""
    return Clients(sqlite_store, clock)


def typed(*words: str) -> Result:
    """Type a command that works."""
    done = CliRunner().invoke(bridge, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def secret_of(done: Result) -> str:
    """Give the secret a command shows."""
    found = SECRET.search(done.output)
    assert found
    return found[1]


def test_a_client_is_added_listed_and_removed(services: Services) -> None:
    """The secret is shown once, fits Salesforce's 100 characters, and is kept as a hash."""
    added = typed(
        *("clients", "add", "portal", "--label", "Espace citoyen"),
        *("--redirect-uri", RETURN, "--redirect-uri", "http://127.0.0.1:9/cb"),
        *("--post-logout-redirect-uri", "https://ville.my.salesforce.test/"),
    )
    secret = secret_of(added)
    assert 40 <= len(secret) <= 100
    listed = typed("clients", "list").output
    assert secret not in listed
    assert listed.splitlines()[0].startswith("portal  Espace citoyen  with a secret, PKCE, since 2025-03-03")
    assert "scopes  openid profile contact cases:read\n" in listed
    assert f"returns to  {RETURN}\n" in listed
    client = services.provider.clients.authenticated("portal", secret)
    assert (client.is_public, client.pkce_required) == (False, True)
    typed("clients", "remove", "portal")
    assert typed("clients", "list").output == "no client is registered\n"


def test_a_public_client_has_no_secret_and_an_app_its_own_scheme(services: Services) -> None:
    """PKCE alone proves it, so it cannot do without."""
    given = ("clients", "add", "app", "--public", "--redirect-uri", "fr.ville.app:/cb")
    assert "PKCE alone" in typed(*given, "--scope", "openid", "--scope", "offline_access").output
    assert services.provider.clients.authenticated("app", None).scopes == ("openid", "offline_access")
    with pytest.raises(ConfigurationError, match="cannot do without"):
        CliRunner().invoke(bridge, [*given[:2], "app2", *given[3:], "--without-pkce"], catch_exceptions=False)


def test_without_pkce_is_a_switch_that_shows(services: Services) -> None:
    """Whoever reads the list sees it."""
    typed("clients", "add", "old-org", "--redirect-uri", RETURN, "--without-pkce")
    assert "WITHOUT PKCE" in typed("clients", "list").output


def test_rotating_keeps_the_secret_before_for_a_while(services: Services, site: Site) -> None:
    """The portal changes its secret without an outage."""
    old = secret_of(typed("clients", "add", "portal", "--redirect-uri", RETURN))
    done = typed("clients", "rotate", "portal", "--keep-hours", "0")
    with pytest.raises(ProtocolError):
        services.provider.clients.authenticated("portal", old)
    new = secret_of(done)
    newest = secret_of(typed("clients", "rotate", "portal"))
    for secret in (new, newest):
        assert services.provider.clients.authenticated("portal", secret)


@pytest.mark.parametrize(
    "address",
    [
        "http://ville.test/cb",
        "https://ville.test/cb#part",
        "https://user@ville.test/cb",
        "https://*.ville.test/cb",
        "https://ville.test/a b",
        "https:///cb",
        "//ville.test/cb",
        "javascript:alert(1)",
        "fr.ville.app:/cb",
        "https://ville.test:0/cb",
        "https://ville.test/é",
        "https://ville.test/" + "a" * 1_024,
    ],
)
def test_an_address_people_may_not_be_sent_to_is_refused(register: Clients, address: str) -> None:
    """Where the answer goes must be protected, plain, and one place."""
    with pytest.raises(ConfigurationError, match="expected https"):
        register.add("portal", label="a", redirect_uris=[address])
    with pytest.raises(ConfigurationError, match="expected https"):
        register.add("portal", label="a", redirect_uris=[RETURN], post_logout_redirect_uris=[address])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_id": "Portal"}, "a client's name"),
        ({"client_id": "p"}, "a client's name"),
        ({"redirect_uris": ()}, "--redirect-uri"),
        ({"scopes": ("openid", "admin")}, "no such scope: admin"),
        ({"scopes": ("profile",)}, "openid"),
    ],
)
def test_a_registration_that_makes_no_sense_is_refused(
    register: Clients, changes: dict[str, object], told: str
) -> None:
    """In one sentence that says what is allowed."""
    given: dict[str, object] = {"client_id": "portal", "label": "a", "redirect_uris": [RETURN], **changes}
    with pytest.raises(ConfigurationError, match=told):
        register.add(**given)  # type: ignore[arg-type]  # wrong on purpose


def test_a_name_is_given_once_and_only_a_known_one_changes(services: Services) -> None:
    """Nobody's registration is overwritten by mistake."""
    register = services.provider.clients
    typed("clients", "add", "portal", "--redirect-uri", RETURN)
    with pytest.raises(ConfigurationError, match="portal already"):
        register.add("portal", label="a", redirect_uris=[RETURN])
    for command in ("rotate", "remove"):
        with pytest.raises(ConfigurationError, match="nobody"):
            CliRunner().invoke(bridge, ["clients", command, "nobody"], catch_exceptions=False)


def test_keys_are_listed_and_rotated(services: Services) -> None:
    """The first one signs; the one before verifies for a day, or not at all when it is known to others."""
    assert typed("keys", "list").output == "no key yet: the first token makes one\n"
    signer = services.provider.signer
    signer.sign("JWT", {})
    assert "rotates" not in typed("keys", "rotate").output
    lines = typed("keys", "list").output.splitlines()
    assert [line.split("  ")[-1] for line in lines] == ["signs", "retired 2025-03-03 09:00 UTC"]
    typed("keys", "rotate", "--withdraw-old")
    assert len(typed("keys", "list").output.splitlines()) == len(signer.published()) == 1


def test_the_sandbox_registers_the_stand_in_org(services: Services, tmp_path: Path) -> None:
    """With the return address its Auth. Provider has."""
    client_id, secret = register_sandbox_portal(services, "http://127.0.0.1:8400")
    client = services.provider.clients.authenticated(client_id, secret)
    assert client.redirect_uris == ("http://127.0.0.1:8400/services/authcallback/Bridge",)
    asked = {Scope.OPENID, Scope.PROFILE, Scope.CONTACT, Scope.CASES_READ, Scope.OFFLINE_ACCESS}
    assert set(client.scopes) == asked
