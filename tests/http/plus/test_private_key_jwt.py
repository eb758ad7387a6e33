"""Our own key in the place of the client secrets, at both platforms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from structlog.testing import capture_logs

from tests.adapters.franceconnect.test_client_key import pem
from tests.http.plus.conftest import SETTINGS
from tests.http.plus.doors import Doors, registered
from tests.servers.bridge import PLUS, V2, problem, running_bridge
from tests.servers.franceconnect import StandIn
from tests.servers.org import StandInOrg

WITHOUT_SECRETS = {name: value for name, value in SETTINGS.items() if not name.endswith("_SECRET")}


@pytest.fixture(scope="module")
def running(
    org: StandInOrg, v2: StandIn, plus: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Doors]:
    """Give a service that has a key and no secret."""
    file: Path = tmp_path_factory.mktemp("keys") / "franceconnect.pem"
    file.write_text(pem(ec.generate_private_key(ec.SECP256R1())))
    settings = WITHOUT_SECRETS | {"FRANCECONNECT_PRIVATE_KEY_FILE": str(file)}
    with running_bridge(org, v2.issuer, settings | {"FRANCECONNECT_PLUS_ISSUER": plus.issuer}) as bridge:
        yield Doors(bridge, v2, plus)


@pytest.mark.parametrize("door", [V2, PLUS])
def test_a_citizen_signs_in_and_no_secret_is_shared(
    doors: Doors, browser: requests.Session, door: str
) -> None:
    """FranceConnect reads our public key where we publish it; each assertion works once, so twice is two."""
    registered(doors, token_auth_method="private_key_jwt")
    for _ in range(2):
        assert doors.sign_in(browser, door=door).status_code == 303
    assert doors.bridge.is_signed_in(browser)


def test_a_registration_that_still_wants_the_secret_is_ours_to_mend(
    doors: Doors, browser: requests.Session
) -> None:
    """The citizen reads that it is not their fault, the operator gets an alarm."""
    with capture_logs() as logged:
        refused = doors.sign_in(browser, door=V2)
    assert problem(refused) == (502, "login.provider")
    assert [line["log_level"] for line in logged if line["event"] == "refused"] == ["error"]


def test_the_signing_key_stands_beside_those_for_encryption(doors: Doors, browser: requests.Session) -> None:
    """One address for each registration."""
    uses = {
        door: [key["use"] for key in doors.bridge.get(browser, f"/login/{door}/jwks").json()["keys"]]
        for door in (V2, PLUS)
    }
    assert uses == {V2: ["sig"], PLUS: ["sig", "enc", "enc"]}
