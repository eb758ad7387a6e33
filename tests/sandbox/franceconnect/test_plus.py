"""FranceConnect+ as a service meets it: levels, scopes, wrapping, return addresses, other States."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import requests
from flask import Flask, jsonify
from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey

from sandbox.franceconnect.app import build
from sandbox.franceconnect.clients import default_plus_client
from sandbox.franceconnect.platforms import PLUS
from tests.sandbox.franceconnect.driving import StandIn, callback, shown_code
from tests.servers.franceconnect import LOCAL_PLUS
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

CALLBACK = "http://localhost:8000/login/franceconnect/callback"
KEY = ECKey.generate_key("P-256", {"kid": "ours", "use": "enc", "alg": "ECDH-ES"})
SCOPE = "openid identite_pivot email"


@pytest.fixture(scope="module")
def jwks_uri() -> Iterator[str]:
    """Give where a service publishes its key."""
    app = Flask(__name__)
    app.get("/jwks")(lambda: jsonify(keys=[KEY.as_dict(private=False)]))
    with serving(lambda _address: app.wsgi_app) as address:
        yield f"{address}/jwks"


@pytest.fixture(scope="module")
def served(jwks_uri: str) -> Iterator[StandIn]:
    """Give a FranceConnect+ that lets this machine's addresses pass."""
    found: dict[str, str] = {}
    client = replace(default_plus_client(), redirect_uris=(CALLBACK,), jwks_uri=jwks_uri)

    def application(address: str) -> WSGIApplication:
        app, ready = build(address, clients=[client], platform=LOCAL_PLUS)
        found.update({name: str(value) for name, value in ready.items()})
        return app.wsgi_app

    with serving(application), requests.Session() as session:
        yield StandIn(session=session, **found)


def opened(token: str) -> tuple[dict[str, object], str]:
    """Give the header of an encrypted token, and what is inside."""
    registry = JWERegistry(algorithms=["ECDH-ES", "A256GCM"], strict_check_header=False)
    found = jwe.decrypt_compact(token, KEY, registry=registry)
    return dict(found.protected), (found.plaintext or b"").decode()


def claims(fc: StandIn, login: str, scope: str = SCOPE) -> dict[str, object]:
    """Give the identity claims of a whole sign-in."""
    tokens = fc.tokens(login, acr_values="eidas2", scope=scope)
    return fc.verified(opened(fc.userinfo(tokens["access_token"]).text)[1]).claims


def test_both_answers_are_signed_then_encrypted_for_the_service(fc: StandIn) -> None:
    """The header names our key and copies issuer and audience, as the real one's does."""
    tokens = fc.tokens(acr_values="eidas2", scope=SCOPE)
    for token in (tokens["id_token"], fc.userinfo(tokens["access_token"]).text):
        header, inside = opened(token)
        epk = header.pop("epk")
        assert epk
        assert header == {
            "alg": "ECDH-ES",
            "enc": "A256GCM",
            "cty": "JWT",
            "kid": "ours",
            "iss": fc.issuer,
            "aud": fc.client_id,
        }
        assert fc.verified(inside).claims["iss"] == fc.issuer


@pytest.mark.parametrize(
    ("asked", "given"),
    [("eidas2", "eidas2"), ("eidas3", "eidas3"), ("eidas9", "eidas3"), ("eidas3 eidas2", "eidas2")],
)
def test_the_level_is_the_lowest_known_one_asked(fc: StandIn, asked: str, given: str) -> None:
    """An unknown one counts as the highest here."""
    token = fc.tokens(acr_values=asked, scope=SCOPE)["id_token"]
    assert fc.verified(opened(token)[1]).claims["acr"] == given


def test_a_level_of_franceconnect_v2_goes_back_as_an_error(fc: StandIn) -> None:
    """It is known and not offered."""
    answer = callback(fc.authorize(acr_values="eidas1 eidas2", scope=SCOPE))
    assert answer["error"] == "invalid_acr"


def test_a_way_of_signing_in_that_is_too_weak_ends_on_a_page(fc: StandIn) -> None:
    """The citizen is told there, not by us."""
    fc.order("identities", login="test", level="eidas2")
    assert shown_code(fc.choose("test", acr_values="eidas3", scope=SCOPE)) == "Y100001"


def test_there_is_no_list_of_names_and_dates_keep_their_zeros(fc: StandIn) -> None:
    """What is FranceConnect v2's alone does not exist here."""
    found = claims(fc, "étranger_présumé_né_jour")
    assert found["birthdate"] == "1992-11-00"
    assert "given_name_array" not in found
    for scope in ("idp_birthdate", "idp_id"):
        assert (
            callback(fc.authorize(acr_values="eidas2", scope=f"openid {scope}"))["error"] == "invalid_scope"
        )


def test_the_registers_copy_stands_beside_the_providers_identity(fc: StandIn) -> None:
    """Two spellings of one person."""
    fc.order("identities", login="test", family_name="DUBOYS", register_family_name="DUBOIS")
    found = claims(fc, "test", f"{SCOPE} rnipp_identite_pivot")
    assert (found["family_name"], found["rnipp_family_name"]) == ("DUBOYS", "DUBOIS")
    assert found["rnipp_given_name_array"] == ["Angela", "Claire", "Louise"]


def test_a_citizen_of_another_state_comes_with_little(fc: StandIn) -> None:
    """No country, no address, free text for a place; `amr` tells."""
    asked = {"acr_values": "eidas2", "scope": SCOPE, "claims": '{"id_token":{"amr":{"essential":true}}}'}
    tokens = fc.tokens("eidas_DE", **asked)
    identity = fc.verified(opened(fc.userinfo(tokens["access_token"]).text)[1]).claims
    assert fc.verified(opened(tokens["id_token"])[1]).claims["amr"] == ["eidas"]
    assert (identity["family_name"], identity["birthplace"]) == ("MUSTERMANN", "Köln")
    assert {"birthcountry", "email", "preferred_username"}.isdisjoint(identity)


def test_a_service_that_did_not_ask_for_other_states_gets_none(fc: StandIn, jwks_uri: str) -> None:
    """It is off unless FranceConnect's team switched it on."""
    client = {"client_id": fc.client_id, "client_secret": fc.client_secret, "redirect_uris": [CALLBACK]}
    fc.order("clients", **client, jwks_uri=jwks_uri, allows_eidas=False)
    assert shown_code(fc.choose("eidas_DE", acr_values="eidas2", scope=SCOPE)) == "Y020023"


def test_helpers_are_not_let_in(fc: StandIn) -> None:
    """Aidants Connect is an identity provider of FranceConnect v2 alone."""
    assert shown_code(fc.choose("aidant_toutes_demarches", acr_values="eidas2", scope=SCOPE)) == "Y020023"


def test_a_service_without_keys_gets_no_token(fc: StandIn) -> None:
    """Nothing travels unencrypted because the service's document is away."""
    client = {"client_id": fc.client_id, "client_secret": fc.client_secret, "redirect_uris": [CALLBACK]}
    fc.order("clients", **client, jwks_uri="http://127.0.0.1:1/jwks")
    answer = fc.exchange(fc.sign_in(acr_values="eidas2", scope=SCOPE)["code"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


def test_the_hint_of_a_logout_is_the_inner_token(fc: StandIn) -> None:
    """The encrypted one is refused."""
    token = fc.tokens(acr_values="eidas2", scope=SCOPE)["id_token"]
    assert shown_code(fc.get("/session/end", params={"id_token_hint": token})) == "Y040001"
    hint = opened(token)[1]
    assert fc.get("/session/end", params={"id_token_hint": hint}).status_code == 200


def test_discovery_tells_what_can_be_encrypted(fc: StandIn) -> None:
    """ES256 alone, and the three ways to wrap."""
    document = fc.get("/.well-known/openid-configuration").json()
    assert document["acr_values_supported"] == ["eidas2", "eidas3"]
    assert document["id_token_signing_alg_values_supported"] == ["ES256"]
    assert document["userinfo_encryption_alg_values_supported"] == ["ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"]
    assert document["id_token_encryption_enc_values_supported"] == ["A256GCM"]


def test_without_its_one_kindness_it_returns_to_no_local_address() -> None:
    """The real one wants a name under a top-level domain."""
    client = replace(default_plus_client(), redirect_uris=("https://demarches.ville.fr/cb",))
    app, _ = build(
        "http://127.0.0.1:1",
        clients=[client, replace(default_plus_client(), client_id="local")],
        platform=PLUS,
    )
    browser = app.test_client()
    for client_id, address, expected in (
        ("local", "http://localhost:8000/login/franceconnect-plus/callback", 400),
        ("local", "http://127.0.0.1:8000/cb", 400),
        (client.client_id, "https://demarches.ville.fr/cb", 303),
    ):
        query = {
            "client_id": client_id,
            "response_type": "code",
            "redirect_uri": address,
            "scope": "openid",
            "acr_values": "eidas2",
            "state": "s" * 64,
            "nonce": "n" * 64,
        }
        answer = browser.get("/api/v2/authorize", query_string=query)
        assert answer.status_code == expected, address
        assert expected == 303 or "Y030007" in answer.text
