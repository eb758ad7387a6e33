"""What a registration can hold beside a secret: keys, a sector identifier, helpers' perimeters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.sandbox.franceconnect.driving import CALLBACK, TIMEOUT_S, StandIn, shown_code
from tests.servers.loopback import serving

KEY = ECKey.generate_key("P-256", {"kid": "ours", "use": "sig"})
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
OTHER = "http://autre.example/cb"


@pytest.fixture
def published() -> dict[str, Any]:
    """Give what the service publishes, by path; a test may change it."""
    return {"/jwks": {"keys": [KEY.as_dict(private=False)]}, "/sector": [CALLBACK, OTHER]}


@pytest.fixture
def service(published: dict[str, Any]) -> Iterator[str]:
    """Give the address of the service's documents."""
    app = Flask(__name__)

    @app.get("/<name>")
    def document(name: str) -> tuple[Response, int]:
        found = published.get(f"/{name}")
        return Response(json.dumps(found), mimetype="application/json"), 200 if found is not None else 404

    with serving(lambda _address: app.wsgi_app) as address:
        yield address


def register(fc: StandIn, **changes: Any) -> None:
    """Register the service anew."""
    right = {"client_id": fc.client_id, "client_secret": fc.client_secret, "redirect_uris": [CALLBACK]}
    fc.order("clients", **(right | changes))


def assertion(fc: StandIn, key: ECKey = KEY, **changes: Any) -> str:
    """Give an assertion, right but for the changes."""
    right = {
        "iss": fc.client_id,
        "sub": fc.client_id,
        "aud": fc.issuer,
        "jti": "one",
        "exp": 4_000_000_000,
    }
    claims = {name: value for name, value in (right | changes).items() if value is not None}
    return jwt.encode({"alg": "ES256", "kid": "ours"}, claims, key)


def exchanged(fc: StandIn, **fields: str) -> requests.Response:
    """Exchange a fresh code with these credentials."""
    form = {
        "grant_type": "authorization_code",
        "code": fc.sign_in()["code"],
        "redirect_uri": CALLBACK,
        "client_id": fc.client_id,
    }
    return requests.post(f"{fc.issuer}/token", data=form | fields, timeout=TIMEOUT_S)


def test_a_service_with_a_key_proves_itself_once_for_each_exchange(fc: StandIn, service: str) -> None:
    """The same assertion a second time is refused, whatever else is right."""
    register(fc, token_auth_method="private_key_jwt", jwks_uri=f"{service}/jwks")
    proof = {"client_assertion_type": TYPE, "client_assertion": assertion(fc)}
    assert exchanged(fc, **proof).status_code == 200
    again = exchanged(fc, **proof)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert "only be used once" in again.json()["error_description"]
    fresh = {"client_assertion_type": TYPE, "client_assertion": assertion(fc, jti="two")}
    assert exchanged(fc, **fresh).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"aud": "https://autre.example"},
        {"aud": None},
        {"exp": None},
        {"exp": 1},
        {"jti": None},
        pytest.param({"key": ECKey.generate_key("P-256")}, id="another key"),
    ],
    ids=str,
)
def test_an_assertion_wrong_in_one_thing_is_refused(
    fc: StandIn, service: str, changes: dict[str, Any]
) -> None:
    """It must be the client's, for this provider, fresh, named and rightly signed."""
    register(fc, token_auth_method="private_key_jwt", jwks_uri=f"{service}/jwks")
    answer = exchanged(fc, client_assertion_type=TYPE, client_assertion=assertion(fc, **changes))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_each_registration_takes_its_own_credential_alone(fc: StandIn, service: str) -> None:
    """Neither a secret for a key, nor both, nor a key for a secret."""
    proof = {"client_assertion_type": TYPE, "client_assertion": assertion(fc)}
    assert exchanged(fc, **proof).status_code == 401
    register(fc, token_auth_method="private_key_jwt", jwks_uri=f"{service}/jwks")
    assert exchanged(fc, client_secret=fc.client_secret).status_code == 401
    assert exchanged(fc, **proof, client_secret=fc.client_secret).status_code == 401


def test_several_hosts_need_a_sector_identifier(fc: StandIn) -> None:
    """The portal does not register them otherwise, nor one that travels unprotected."""
    order = {"client_id": "a", "client_secret": "b", "redirect_uris": [CALLBACK, OTHER]}
    for more in ({}, {"sector_identifier_uri": "http://autre.example/sector"}):
        answer = requests.post(f"{fc.url}/sandbox/clients", json=order | more, timeout=TIMEOUT_S)
        assert answer.status_code == 400
        assert "sector_identifier_uri" in answer.json()["error"]


@pytest.mark.parametrize(
    ("document", "opens"),
    [
        ([CALLBACK, OTHER], True),
        ([OTHER, CALLBACK, "https://a.example"], True),
        ([CALLBACK], False),
        ({"redirect_uris": [CALLBACK, OTHER]}, False),
        ([1, 2], False),
        (None, False),
    ],
    ids=["both", "more", "one missing", "object", "numbers", "404"],
)
def test_the_sector_identifier_must_list_every_address(
    fc: StandIn, service: str, published: dict[str, Any], document: Any, opens: bool
) -> None:
    """One that cannot be read leaves the citizen on a page of FranceConnect."""
    published["/sector"] = document
    register(fc, redirect_uris=[CALLBACK, OTHER], sector_identifier_uri=f"{service}/sector")
    answer = fc.authorize()
    assert answer.status_code == (303 if opens else 400)
    assert opens or shown_code(answer) == "Y04A8220"


def test_a_helper_signs_in_as_the_citizen_and_only_the_provider_tells(fc: StandIn) -> None:
    """The claims are the citizen's own."""
    identity = fc.identity("aidant_toutes_demarches", scope="openid identite_pivot idp_id")
    assert (identity["family_name"], identity["idp_id"]) == ("VERGNE", "aidants-connect")
    assert fc.identity("test", scope="openid idp_id")["idp_id"] != "aidants-connect"


@pytest.mark.parametrize(
    ("login", "lets_in"), [("aidant_toutes_demarches", True), ("aidant_papiers_seuls", False)]
)
def test_a_mandate_must_cover_the_service(fc: StandIn, login: str, lets_in: bool) -> None:
    """Otherwise the helper stays on a page of FranceConnect."""
    register(fc, perimeters=["papiers", "logement"])
    page = fc.choose(login)
    assert page.status_code == (200 if lets_in else 403)
    assert lets_in or shown_code(page) == "Y600020"
