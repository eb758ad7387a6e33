"""FranceConnect+ beside FranceConnect: its own door, its own level, and everything encrypted for us."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bridge.adapters.store.tables import identity_links
from bridge.domain.contact import Origin
from tests.http.plus.doors import Doors, registered
from tests.servers.bridge import PLUS, TIMEOUT_S, V2, problem

REFUSALS = {
    "id_token_jwe_absent": (401, "login.encryption"),
    "id_token_jwe_other_enc": (401, "login.encryption"),
    "id_token_jwe_no_cty": (401, "login.encryption"),
    "id_token_jwe_unknown_kid": (401, "login.encryption"),
    "id_token_jwe_other_key": (401, "login.encryption"),
    "userinfo_jwe_absent": (401, "login.userinfo"),
    "userinfo_jwe_other_key": (401, "login.userinfo"),
    # What is wrong inside the wrapping is refused as it is on FranceConnect.
    "id_token_alg_none": (401, "login.alg"),
    "id_token_hs256_secret": (401, "login.alg"),
    "id_token_forged": (401, "login.signature"),
    "wrong_aud": (401, "login.audience"),
    "nonce_other": (401, "login.nonce"),
    "acr_other": (403, "login.acr"),
    "userinfo_other_sub": (401, "login.userinfo"),
    "userinfo_forged": (401, "login.userinfo"),
    "userinfo_json": (401, "login.userinfo"),
}


def payload(token: str) -> dict[str, Any]:
    """Give the claims of a compact token, unchecked."""
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


def test_a_citizen_signs_in_at_the_level_asked(doors: Doors, browser: requests.Session) -> None:
    """The second door leads to the same page, at a substantial level."""
    answer = doors.sign_in(browser)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    me = doors.bridge.get(browser, "/api/v1/me").json()
    assert me["acr"] == "eidas2"


@pytest.mark.parametrize("encryption", ["ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"])
def test_each_encryption_one_can_register_is_opened(
    doors: Doors, browser: requests.Session, encryption: str
) -> None:
    """The choice is made in the partner portal; we publish a key for each."""
    registered(doors, encryption_alg=encryption)
    assert doors.sign_in(browser).status_code == 303


def test_the_request_asks_what_franceconnect_plus_lists(doors: Doors, browser: requests.Session) -> None:
    """No scope that only FranceConnect v2 has; `amr` by `claims`, for it tells European identities."""
    asked = parse_qs(urlsplit(doors.bridge.start(browser, PLUS).url).query)
    assert asked["scope"] == ["openid identite_pivot preferred_username email rnipp_identite_pivot"]
    assert asked["acr_values"] == ["eidas2"]
    assert json.loads(asked["claims"][0]) == {"id_token": {"amr": {"essential": True}}}
    assert asked["redirect_uri"] == [f"{doors.bridge.url}/login/franceconnect-plus/callback"]


@pytest.mark.parametrize("fault", REFUSALS)
def test_each_spoiled_answer_is_refused_and_the_next_sign_in_succeeds(
    doors: Doors, browser: requests.Session, fault: str
) -> None:
    """One thing wrong, inside or outside the wrapping, and nobody is signed in."""
    links = doors.bridge.count(identity_links)
    doors.plus.order("faults", tokens=[fault])
    assert problem(doors.sign_in(browser, "test_CORSE_2A")) == REFUSALS[fault]
    assert not doors.bridge.is_signed_in(browser)
    assert doors.bridge.count(identity_links) == links
    assert doors.sign_in(browser).status_code == 303


def test_every_fault_of_encryption_has_its_refusal(doors: Doors) -> None:
    """A fault added to the stand-in must be answered here."""
    listed = requests.get(f"{doors.plus.url}/sandbox/faults", timeout=TIMEOUT_S).json()["tokens"]
    assert {name for name in listed if "_jwe_" in name} <= set(REFUSALS)


@pytest.mark.parametrize(("mine", "other"), [(V2, PLUS), (PLUS, V2)])
def test_a27_a_state_of_one_door_does_not_serve_at_the_other(
    doors: Doors, browser: requests.Session, mine: str, other: str
) -> None:
    """One provider's answer at the other's callback is nobody's, and its code goes to neither."""
    address = doors.called_back_at(browser, door=mine)
    swapped = address.replace(f"/login/{mine}/", f"/login/{other}/")
    assert problem(doors.bridge.get(browser, swapped)) == (401, "login.state")
    assert not doors.bridge.is_signed_in(browser)
    assert doors.bridge.get(browser, address).status_code == 303


@pytest.mark.parametrize("door", [V2, PLUS])
def test_everybody_leaves_by_the_door_they_came_through(
    doors: Doors, browser: requests.Session, door: str
) -> None:
    """With the signed token as hint, which FranceConnect+ sent inside an encrypted one."""
    doors.sign_in(browser, door=door)
    provider = doors.plus if door == PLUS else doors.v2
    out = doors.bridge.leave(browser)
    hint = parse_qs(urlsplit(out.headers["Location"]).query)["id_token_hint"][0]
    assert out.headers["Location"].startswith(f"{provider.issuer}/session/end?")
    assert payload(hint)["iss"] == provider.issuer
    back = doors.bridge.get(browser, out.headers["Location"])
    assert (back.status_code, back.headers["Location"].split("?")[0]) == (
        303,
        f"{doors.bridge.url}/logout/callback",
    )
    assert doors.bridge.get(browser, back.headers["Location"]).headers["Location"] == "/?au-revoir=1"


def test_our_keys_renewed_in_mid_sign_in_change_nothing(doors: Doors, browser: requests.Session) -> None:
    """FranceConnect+ keeps a copy of our keys for a while: what it encrypts for the old one still opens."""
    assert doors.sign_in(browser).status_code == 303
    address = doors.called_back_at(browser)
    old = doors.bridge.services.own_keys.published()
    doors.bridge.services.own_keys.rotate()
    new = requests.get(f"{doors.bridge.url}/login/franceconnect-plus/jwks", timeout=TIMEOUT_S).json()["keys"]
    assert {key["kid"] for key in new}.isdisjoint(key["kid"] for key in old)
    assert doors.bridge.get(browser, address).status_code == 303


def test_a_citizen_of_another_member_state_signs_in_as_european(
    doors: Doors, browser: requests.Session, seen: list[Any]
) -> None:
    """A name in use, a birth date, perhaps a gender: nothing a Contact may be recognised by."""
    assert doors.sign_in(browser, "eidas_ES").status_code == 303
    person = seen[-1]
    assert person.origin is Origin.EUROPEAN
    assert (person.identity.family_name, person.identity.given_names) == ("PEÑA GARCÍA", ("Íñigo",))
    assert (person.identity.birth_place, person.identity.birth_country, person.identity.gender) == (
        None,
        None,
        None,
    )
    assert not person.identity.is_complete
    assert person.email is None


def test_a_helper_is_told_from_the_citizen(doors: Doors, browser: requests.Session, seen: list[Any]) -> None:
    """The claims are the citizen's; the address is the helper's and may not become theirs."""
    assert doors.sign_in(browser, "aidant_toutes_demarches", V2).status_code == 303
    assert (seen[-1].origin, seen[-1].email) == (Origin.HELPER, None)
    doors.bridge.leave(browser)
    assert doors.sign_in(browser, "test", V2).status_code == 303
    assert (seen[-1].origin, seen[-1].email) == (Origin.FRENCH, "wossewodda-3728@yopmail.com")


def test_the_registers_spelling_wins_where_the_habilitation_grants_it(
    doors: Doors, browser: requests.Session, seen: list[Any]
) -> None:
    """Identity providers spell as they like; the register's list of names is the one to compare."""
    change = {"login": "test", "family_name": "DUBOYS", "register_family_name": "DUBOIS"}
    doors.plus.order("identities", **change)
    assert doors.sign_in(browser).status_code == 303
    assert seen[-1].identity.family_name == "DUBOIS"
    assert seen[-1].identity.given_names == ("Angela", "Claire", "Louise")


def test_a_date_the_provider_knows_in_part_keeps_its_precision(
    doors: Doors, browser: requests.Session, seen: list[Any]
) -> None:
    """FranceConnect+ passes zeros on where FranceConnect completes."""
    assert doors.sign_in(browser, "étranger_présumé_né_jour").status_code == 303
    assert (seen[-1].identity.birth_date.text, seen[-1].identity.birth_date.precision) == (
        "1992-11-01",
        "month",
    )


def test_the_page_offers_both_doors_franceconnect_first(doors: Doors, browser: requests.Session) -> None:
    """Each with its own button and its own explanation."""
    page = doors.bridge.get(browser, "/").text
    first, second = page.index("/login/franceconnect?"), page.index("/login/franceconnect-plus?")
    assert first < second
    assert "Qu’est-ce que FranceConnect+" in page
    assert "https://franceconnect.gouv.fr/france-connect-plus" in page


def test_one_document_lists_every_return_address(doors: Doors, browser: requests.Session) -> None:
    """FranceConnect reads it as one service, whatever the number of addresses."""
    document = doors.bridge.get(browser, "/login/franceconnect/sector_identifier")
    url = doors.bridge.url
    assert document.headers["Content-Type"] == "application/json"
    assert document.json() == [
        f"{url}/login/franceconnect/callback",
        f"{url}/login/franceconnect-plus/callback",
    ]
    registered(doors, sector_identifier_uri=f"{url}/login/franceconnect/sector_identifier")
    assert doors.sign_in(browser, door=V2).status_code == 303


def test_our_published_keys_are_public_and_for_encryption(doors: Doors, browser: requests.Session) -> None:
    """Private parts stay sealed in our database."""
    answer = doors.bridge.get(browser, "/login/franceconnect-plus/jwks")
    keys = answer.json()["keys"]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert [(key["kty"], key["use"]) for key in keys] == [("EC", "enc"), ("RSA", "enc")]
    assert all({"d", "p", "q", "dp", "dq", "qi"}.isdisjoint(key) for key in keys)
    assert doors.bridge.get(browser, "/login/franceconnect/jwks").json() == {"keys": []}
