"""Our relying party against node oidc-provider, configured like FranceConnect and like FranceConnect+.

The stand-in and we could share a misunderstanding; a program by others, the one FranceConnect runs, cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from bridge.adapters.store.tables import identity_links
from tests.adapters.franceconnect.test_client_key import pem
from tests.independent.node_provider import node_provider
from tests.servers.bridge import PLUS, TIMEOUT_S, V2, RunningBridge, problem, running_bridge
from tests.servers.org import serving_org

SECRET = "secret-essai-" + "0" * 51
_FORM = re.compile(r'action="([^"]+)"')
_XSRF = re.compile(r'name="xsrf" value="([^"]+)"')


@dataclass
class Town:
    """A running bridge, and how it proves itself: by secret, or by its own key."""

    bridge: RunningBridge
    by_key: bool

    def client(self, door: str) -> dict[str, Any]:
        """Give its registration at a provider."""
        url = self.bridge.url
        proof = (
            {"token_endpoint_auth_method": "private_key_jwt"} if self.by_key else {"client_secret": SECRET}
        )
        wrapping = "RSA-OAEP-256" if self.by_key else "ECDH-ES"
        return {
            "client_id": f"{door}-{self.by_key}",
            "redirect_uris": [f"{url}/login/{door}/callback"],
            "post_logout_redirect_uris": [f"{url}/logout/callback"],
            "jwks_uri": f"{url}/login/{door}/jwks",
            "subject_type": "pairwise",
            "response_types": ["code"],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "client_secret_post",
            "id_token_signed_response_alg": "ES256",
            "userinfo_signed_response_alg": "ES256",
            **proof,
            **(_encrypted(wrapping) if door == PLUS else {}),
        }


def _encrypted(wrapping: str) -> dict[str, str]:
    names = ("id_token", "userinfo")
    return {f"{name}_encrypted_response_alg": wrapping for name in names} | {
        f"{name}_encrypted_response_enc": "A256GCM" for name in names
    }


def _settings(plus_issuer: str, *, by_key: bool, key_file: Path) -> dict[str, str]:
    own = {"FRANCECONNECT_PRIVATE_KEY_FILE": str(key_file)} if by_key else {}
    secrets = {} if by_key else {f"FRANCECONNECT_{door}CLIENT_SECRET": SECRET for door in ("", "PLUS_")}
    return {
        "FRANCECONNECT_CLIENT_ID": f"{V2}-{by_key}",
        "FRANCECONNECT_PLUS_ISSUER": plus_issuer,
        "FRANCECONNECT_PLUS_CLIENT_ID": f"{PLUS}-{by_key}",
        "FRANCECONNECT_PLUS_GRANTED_SCOPES": "amr",
        "FRANCECONNECT_CLIENT_SECRET": "",
        **own,
        **secrets,
    }


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Town]]:
    """Give two towns, one with secrets and one with a key, registered at both platforms."""
    key_file = tmp_path_factory.mktemp("keys") / "key.pem"
    key_file.write_text(pem(ec.generate_private_key(ec.SECP256R1())))
    with ExitStack() as stack:
        v2, plus = (stack.enter_context(node_provider()) for _ in range(2))
        org = stack.enter_context(serving_org())
        found = {}
        for by_key in (False, True):
            settings = _settings(plus.issuer, by_key=by_key, key_file=key_file)
            running = running_bridge(org, v2.issuer, settings)
            found[by_key] = Town(stack.enter_context(running), by_key)
        v2.open([town.client(V2) for town in found.values()], plus=False)
        plus.open([town.client(PLUS) for town in found.values()], plus=True)
        yield found


@pytest.fixture(params=[False, True], ids=["secret", "key"])
def bridge(towns: dict[bool, Town], request: pytest.FixtureRequest) -> RunningBridge:
    """Give each town's bridge in turn."""
    by_key: bool = request.param
    return towns[by_key].bridge


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Give a browser without cookies."""
    with requests.Session() as session:
        yield session


def called_back_at(bridge: RunningBridge, browser: requests.Session, door: str) -> str:
    """Follow the provider wherever it sends the browser; give the address of the way back to us."""
    address = bridge.start(browser, door).url
    while not address.startswith(bridge.url):
        answer = browser.get(address, timeout=TIMEOUT_S, allow_redirects=False)
        assert answer.status_code in {302, 303}, answer.text
        host = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        location = answer.headers["Location"]
        address = location if location.startswith("http") else host + location
    return address


@pytest.mark.parametrize(("door", "level"), [(V2, "eidas1"), (PLUS, "eidas2")])
def test_a_citizen_signs_in_and_out(
    bridge: RunningBridge, browser: requests.Session, door: str, level: str
) -> None:
    """Signed, at the second door encrypted too, by a program that never saw ours; the hint ends it again."""
    assert bridge.get(browser, called_back_at(bridge, browser, door)).status_code == 303
    assert bridge.get(browser, "/api/v1/me").json()["acr"] == level
    out = bridge.leave(browser)
    page = browser.get(out.headers["Location"], timeout=TIMEOUT_S)
    assert page.status_code == 200, page.text
    form, xsrf = _FORM.search(page.text), _XSRF.search(page.text)
    assert form
    assert xsrf
    fields = {"xsrf": xsrf[1], "logout": "yes"}
    back = browser.post(form[1], data=fields, timeout=TIMEOUT_S, allow_redirects=False)
    assert back.headers["Location"].startswith(f"{bridge.url}/logout/callback?state=out")
    assert bridge.get(browser, back.headers["Location"]).headers["Location"] == "/?au-revoir=1"


def test_the_same_person_is_the_same_subject_each_time(
    bridge: RunningBridge, browser: requests.Session
) -> None:
    """One link for each registration, however often they come."""
    for _ in range(2):
        assert bridge.get(browser, called_back_at(bridge, browser, V2)).status_code == 303
    before = bridge.count(identity_links)
    assert bridge.get(browser, called_back_at(bridge, browser, V2)).status_code == 303
    assert bridge.count(identity_links) == before


@pytest.mark.parametrize("door", [V2, PLUS])
def test_a_citizen_who_gives_up_is_told_so(
    bridge: RunningBridge, browser: requests.Session, door: str
) -> None:
    """Its error, our words."""
    browser.headers["x-decision"] = "cancel"
    address = called_back_at(bridge, browser, door)
    assert parse_qs(urlsplit(address).query)["error"] == ["access_denied"]
    assert problem(bridge.get(browser, address)) == (401, "login.denied")


def test_our_keys_renewed_while_it_keeps_the_old_ones_change_nothing(
    bridge: RunningBridge, browser: requests.Session
) -> None:
    """It encrypts for what it read before, and asks again only later."""
    assert bridge.get(browser, called_back_at(bridge, browser, PLUS)).status_code == 303
    address = called_back_at(bridge, browser, PLUS)
    bridge.services.own_keys.rotate()
    assert bridge.get(browser, address).status_code == 303


def test_a_code_shown_twice_is_refused_by_both_sides(
    bridge: RunningBridge, browser: requests.Session
) -> None:
    """We do not ask again; and had we, it would have said no."""
    address = called_back_at(bridge, browser, PLUS)
    assert bridge.get(browser, address).status_code == 303
    bridge.leave(browser)
    assert problem(bridge.get(browser, address)) == (401, "login.state")
    again = bridge.start(browser, PLUS)
    used = parse_qs(urlsplit(address).query)["code"][0]
    refused = bridge.come_back(browser, PLUS, code=used, state=again.state)
    assert problem(refused) == (401, "login.token")
