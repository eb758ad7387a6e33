"""The registration at ProConnect, from settings to the way in."""

from __future__ import annotations

import pytest

from bridge.adapters.proconnect.client import ProConnect
from bridge.errors import ConfigurationError
from bridge.settings import load_settings
from bridge.wiring import build_services
from jobs.bell import SilentBell
from tests.http.site import ENVIRONMENT

PROCONNECT = {
    "BRIDGE_PROCONNECT_ISSUER": "https://pc.example/api/v2",
    "BRIDGE_PROCONNECT_CLIENT_ID": "client",
    "BRIDGE_PROCONNECT_CLIENT_SECRET": "secret",
    "BRIDGE_AGENTS_SIRET": "21920040900015",
}


def test_settings_open_the_way_in() -> None:
    """Issuer, employer and the two return addresses are the ones an operator registers."""
    services = build_services(load_settings(ENVIRONMENT | PROCONNECT), SilentBell())
    way_in = services.agent_sign_in
    assert way_in is not None
    assert (way_in.issuer, way_in.siret) == ("https://pc.example/api/v2", "21920040900015")
    assert isinstance(way_in.provider, ProConnect)
    assert way_in.provider.config.redirect_uri == "https://demarches.ville.test/agents/login/callback"
    assert way_in.provider.config.post_logout_redirect_uri.endswith("/agents/logout/callback")
    assert way_in.provider.config.acr == "eidas1"
    assert services.agents.sectors == {"demarches", "etat-civil", "urbanisme", "voirie"}


def test_without_an_issuer_nobody_enters() -> None:
    """The console is closed until somebody opens it."""
    assert build_services(load_settings(ENVIRONMENT), SilentBell()).agent_sign_in is None


@pytest.mark.parametrize("left_out", sorted(PROCONNECT.keys() - {"BRIDGE_PROCONNECT_ISSUER"}))
def test_half_a_registration_is_refused_at_start(left_out: str) -> None:
    """Without the SIRET above all: nobody's employer would be checked."""
    given = {name: value for name, value in PROCONNECT.items() if name != left_out}
    with pytest.raises(ConfigurationError) as caught:
        load_settings(ENVIRONMENT | given)
    assert caught.value.explanation == f"{left_out}: needed with BRIDGE_PROCONNECT_ISSUER"


def test_proconnect_is_reached_by_https_alone() -> None:
    """A loopback address is for the sandbox."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(ENVIRONMENT | PROCONNECT | {"BRIDGE_PROCONNECT_ISSUER": "http://127.0.0.1:1/api/v2"})
    assert "BRIDGE_PROCONNECT_ISSUER" in caught.value.explanation
