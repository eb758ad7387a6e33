"""The userinfo answer, row by row of the abuse table (A24 to A26), and its faults (F78)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.errors import TransientError
from tests.adapters.franceconnect.refusals import refusal
from tests.servers.forged_franceconnect import (
    CLIENT_SECRET,
    KID,
    NONCE,
    Answer,
    ForgedFranceConnect,
    forged,
    segment,
)

JWT = "application/jwt"


# oidcc-client-test-userinfo-invalid-sub
@pytest.mark.parametrize("subject", ["b2" * 32 + "v1", "", None, 5, "\ud800"])
def test_a24_an_identity_about_another_person_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, subject: Any
) -> None:
    """The civil status must be that of the person who signed in."""
    forger.send(userinfo=forged(forger.identity(sub=subject), forger.key))
    assert refusal(provider).code == "login.userinfo"


@pytest.mark.parametrize(
    "media_type", ["application/json", "text/html", "", "application/jwt2", "text/plain"]
)
def test_a25_an_identity_under_another_media_type_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, media_type: str
) -> None:
    """FranceConnect answers `application/jwt` and nothing else, even when the body looks right."""
    forger.answers["/userinfo"] = Answer(forged(forger.identity(), forger.key), media_type)
    assert refusal(provider).code == "login.userinfo"


def test_a25_a_parameter_of_the_media_type_changes_nothing(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """Servers add a character set on their own."""
    forger.answers["/userinfo"] = Answer(
        forged(forger.identity(), forger.key), "Application/JWT; charset=utf-8"
    )
    assert provider.identify("code", NONCE).display_name == "Angela DUBOIS"


def test_a25_an_unsigned_identity_is_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """Plain JSON, with the right media type or not, was signed by nobody."""
    for media_type in ("application/json", JWT):
        forger.answers["/userinfo"] = Answer(json.dumps(forger.identity()), media_type)
        assert refusal(provider).code == "login.userinfo", media_type
    unsigned = f"{segment({'alg': 'none', 'kid': KID})}.{segment(forger.identity())}."
    forger.answers["/userinfo"] = Answer(unsigned, JWT)
    assert refusal(provider).code == "login.userinfo"


def test_a25_right_in_every_claim_and_signed_with_the_wrong_key_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """The signature counts here as much as on the ID token."""
    forger.send(userinfo=forged(forger.identity(), ECKey.generate_key("P-256")))
    assert refusal(provider).code == "login.userinfo"


def test_a25_another_algorithm_is_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """Our secret signs nothing."""
    secret = OctKey.import_key(CLIENT_SECRET)
    forger.send(userinfo=forged(forger.identity(), secret, {"alg": "HS256"}))
    assert refusal(provider).code == "login.userinfo"


@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://autre.test"}, {"iss": None}, {"aud": "evil"}, {"aud": None}, {"exp": None}, {"exp": 1}],
)
def test_a25_an_identity_from_or_for_others_or_too_old_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, changes: dict[str, Any]
) -> None:
    """An answer kept from another day or another service is not ours."""
    forger.send(userinfo=forged(forger.identity(**changes), forger.key))
    assert refusal(provider).code == "login.userinfo"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "X" * 101,
        "X" * 10_000,
        "DUPONT\u202eTNOPUD",
        "DU\u200bPONT",
        "DUPONT\x00",
        "DUPONT\ud800",
        "DUPONT\r\nX: y",
        "D" + "\u0301" * 40,
        "\u0301DUPONT",
        "{{7*7}}",
        "=HYPERLINK(1)",
        "R2D2",
        "DUP\u041eNT",
        "DU\u3164PONT",
        "---",
        "",
        "   ",
        None,
        5,
        ["DUPONT"],
    ],
)
def test_a26_a_name_that_is_no_name_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, hostile: Any
) -> None:
    """Markup, direction marks, piles of accents and control characters never reach a page or the CRM."""
    forger.send(userinfo=forged(forger.identity(family_name=hostile), forger.key))
    error = refusal(provider)
    assert error.code == "login.userinfo"
    assert error.explanation.endswith(": family_name")


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name_array": ["<b>"]},
        {"given_name_array": "Angela"},
        {"given_name_array": [["Angela"]]},
        {"given_name_array": ["A"] * 31},
        {"given_name_array": None, "given_name": None},
        {"given_name_array": [], "given_name": ""},
        {"gender": None},
        {"gender": "femme"},
        {"gender": ["female"]},
        {"birthdate": None},
        {"birthdate": "24/08/1962"},
        {"birthdate": "1962-02-30"},
        {"birthdate": "1977-00-03"},
        {"birthdate": "１９６２-08-24"},
        {"birthdate": 1962},
        {"birthcountry": None},
        {"birthcountry": ""},
        {"birthcountry": "FR"},
    ],
)
def test_a26_an_identity_not_whole_or_not_well_formed_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, changes: dict[str, Any]
) -> None:
    """Nobody is linked from half an identity."""
    forger.send(userinfo=forged(forger.identity(**changes), forger.key))
    assert refusal(provider).code == "login.userinfo"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_f78_a_failing_userinfo_ends_the_sign_in_without_identity(
    provider: FranceConnect, forger: ForgedFranceConnect, status: int
) -> None:
    """After a good ID token, no identity is still no identity."""
    forger.answers["/userinfo"] = Answer("oops", "text/plain", status)
    error = refusal(provider)
    assert isinstance(error, TransientError)
    assert error.code == "login.unavailable"
    assert forger.calls["/userinfo"] == 1


def test_f78_a_refused_access_token_is_a_refusal(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """401 with a JSON error is what FranceConnect answers after a minute."""
    forger.answers["/userinfo"] = Answer('{"error":"invalid_token"}', status=401)
    assert refusal(provider).code == "login.userinfo"


def test_f78_an_endless_answer_is_cut(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """A citizen's sign-in never fills our memory."""
    forger.answers["/userinfo"] = Answer("a" * 200_000, JWT)
    assert refusal(provider).code == "login.unavailable"


def test_an_answer_that_redirects_is_not_followed(
    provider: FranceConnect, forger: ForgedFranceConnect
) -> None:
    """The access token goes to FranceConnect and nowhere else."""
    forger.answers["/userinfo"] = Answer(status=302, location=f"{forger.issuer}/elsewhere")
    assert refusal(provider).code == "login.unavailable"
    assert forger.calls["/elsewhere"] == 0
