"""What the authorization endpoint refuses, and how."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.sandbox.franceconnect.driving import (
    CALLBACK,
    STATE,
    TIMEOUT_S,
    StandIn,
    back_link,
    callback,
    shown_code,
)

UNKNOWN_PARAMETERS = (
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "login_hint",
    "id_token_hint",
    "display",
    "response_mode",
    "request",
    "request_uri",
    "resource",
    "anything",
)


@pytest.mark.parametrize(
    "name", ["acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]
)
def test_missing_parameter_stays_on_a_page(fc: StandIn, name: str) -> None:
    """A missing compulsory parameter is a 400 page Y030007 without a way back."""
    page = fc.authorize(**{name: None})
    assert (page.status_code, shown_code(page), back_link(page)) == (400, "Y030007", None)


@pytest.mark.parametrize("name", UNKNOWN_PARAMETERS)
def test_unknown_parameter_stays_on_a_page(fc: StandIn, name: str) -> None:
    """Every parameter outside the list is refused, PKCE's included."""
    page = fc.authorize(**{name: "S256"})
    assert (page.status_code, shown_code(page)) == (400, "Y030007")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonce", "n" * 21),
        ("nonce", ""),
        ("state", ""),
        ("acr_values", ""),
        ("client_id", ""),
        ("prompt", ""),
        ("prompt", "none"),
        ("prompt", "select_account"),
        ("prompt", "login none"),
        ("redirect_uri", ""),
        ("redirect_uri", "example.com"),
    ],
)
def test_wrong_value_stays_on_a_page(fc: StandIn, name: str, value: str) -> None:
    """A short nonce, an empty value or a silent prompt is a 400 page Y030007."""
    page = fc.authorize(**{name: value})
    assert (page.status_code, shown_code(page)) == (400, "Y030007")


def test_parameter_given_twice_stays_on_a_page(fc: StandIn) -> None:
    """A duplicated parameter is refused rather than read once."""
    page = fc.get("/authorize", params=[*fc.parameters().items(), ("state", "t" * 64)])
    assert (page.status_code, shown_code(page)) == (400, "Y030007")


@pytest.mark.parametrize("prompt", ["login", "consent", "login consent", "consent login"])
def test_prompt_accepts_login_and_consent(fc: StandIn, prompt: str) -> None:
    """The prompts FranceConnect forces anyway may be sent."""
    assert fc.authorize(prompt=prompt).status_code == 303


def test_nonce_of_22_characters_and_ui_locales_are_accepted(fc: StandIn) -> None:
    """The shortest nonce the code accepts opens the pages, and ui_locales is ignored."""
    assert fc.authorize(nonce="n" * 22, ui_locales="fr-FR").status_code == 303


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"client_id": "inconnu"}, "Y04EA6EF"),
        ({"redirect_uri": "https://my-malicious-url.example/callback"}, "Y04C013C"),
        ({"redirect_uri": CALLBACK + "/"}, "Y04C013C"),
        ({"redirect_uri": CALLBACK + "/wrong", "scope": "email"}, "Y040001"),
        ({"redirect_uri": CALLBACK + "/wrong", "scope": "openid dgfip"}, "Y040001"),
    ],
)
def test_unsafe_destination_stays_on_a_page(fc: StandIn, changes: dict[str, str], code: str) -> None:
    """An unknown service or an unregistered address is never redirected to."""
    page = fc.authorize(**changes)
    assert (page.status_code, shown_code(page), back_link(page)) == (400, code, None)


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"response_type": ""}, "invalid_request", "missing required parameter 'response_type'"),
        ({"response_type": "inconnu"}, "unsupported_response_type", "unsupported response_type requested"),
        (
            {"scope": "profile"},
            "invalid_request",
            "openid scope must be requested when using the acr_values parameter",
        ),
        (
            {"scope": ""},
            "invalid_request",
            "openid scope must be requested when using the acr_values parameter",
        ),
        ({"scope": "openid dgfip_rfr"}, "invalid_scope", "requested scope is not allowed"),
        ({"scope": "openid offline_access"}, "invalid_scope", "requested scope is not allowed"),
        ({"acr_values": "eidas2"}, "invalid_acr", "acr_values not supported"),
        ({"acr_values": "eidas3 eidas2"}, "invalid_acr", "acr_values not supported"),
        ({"idp_hint": "un-fi"}, "invalid_idp_hint", "An idp_hint was provided but is not allowed"),
    ],
)
def test_protocol_error_goes_back_to_the_service(
    fc: StandIn, changes: dict[str, str], error: str, description: str
) -> None:
    """The service learns of its own mistake by a 303 with error, state and iss."""
    answer = fc.authorize(**changes)
    assert answer.headers["Content-Type"].startswith("text/html")
    expected = {"error": error, "error_description": description, "state": STATE, "iss": fc.issuer}
    assert callback(answer) == expected


@pytest.mark.parametrize("response_type", ["id_token", "id_token token", "code id_token", "code token"])
def test_implicit_response_type_answers_in_the_fragment(fc: StandIn, response_type: str) -> None:
    """A service that asked for a token in the fragment finds its error there."""
    answer = fc.authorize(response_type=response_type)
    location = urlsplit(answer.headers["Location"])
    assert (answer.status_code, location.query) == (303, "")
    assert dict(parse_qsl(location.fragment))["error"] == "unsupported_response_type"


@pytest.mark.parametrize(
    "asked", ["eidas1", "eidas1 eidas2 eidas3", "eidas3 eidas1", "eidas9", "eidas9 eidas1"]
)
def test_lowest_known_level_is_taken(fc: StandIn, asked: str) -> None:
    """Unknown levels are dropped, the lowest known one is kept, and eidas1 is the default."""
    assert fc.verified(fc.tokens(acr_values=asked)["id_token"]).claims["acr"] == "eidas1"


def test_post_is_accepted_and_reads_its_body(fc: StandIn) -> None:
    """The request may be a posted form."""
    answer = fc.post("/authorize", **fc.parameters())
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{fc.issuer}/interaction/")


def test_claims_that_are_not_json_show_a_page(fc: StandIn) -> None:
    """Broken claims are page Y030028, whose button tells the service."""
    page = fc.authorize(claims="{")
    assert (page.status_code, shown_code(page)) == (400, "Y030028")
    assert (back_link(page) or {})["error"] == "invalid_request"


def test_amr_without_habilitation_shows_a_page(fc: StandIn) -> None:
    """Asking for amr without the right to it is page Y100009."""
    page = fc.authorize(claims=json.dumps({"id_token": {"amr": {"essential": True}}}))
    assert (page.status_code, shown_code(page)) == (400, "Y100009")


def test_idp_hint_of_the_habilitation_is_accepted(fc: StandIn) -> None:
    """A provider hint declared for the service opens the pages."""
    fc.order(
        "clients",
        client_id=fc.client_id,
        client_secret=fc.client_secret,
        redirect_uris=[CALLBACK],
        idp_hints=["un-fi"],
    )
    assert fc.authorize(idp_hint="un-fi").status_code == 303


def test_registered_query_string_is_kept(fc: StandIn) -> None:
    """A callback registered with a query keeps it in front of the answer."""
    registered = CALLBACK + "?ville=issy"
    fc.order("clients", client_id="q", client_secret="x" * 64, redirect_uris=[registered])
    answer = fc.authorize(client_id="q", redirect_uri=registered, acr_values="eidas2")
    assert callback(answer)["ville"] == "issy"


def test_cookie_is_out_of_reach_of_scripts(fc: StandIn) -> None:
    """The session cookie is HttpOnly and SameSite=Lax."""
    cookie = requests.get(
        f"{fc.issuer}/authorize", params=fc.parameters(), timeout=TIMEOUT_S, allow_redirects=False
    ).headers["Set-Cookie"]
    assert "fc_session_id=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
