"""Every citizen of the public table, and every refused one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sandbox.franceconnect.identities import load
from tests.sandbox.franceconnect.driving import STATE, StandIn, back_link, shown_code

INCOMPLETE = {
    "mois_00",
    "sans_prenom",
    "sans_nom_naissance",
    "sans_mail",
    "sans_mail_sans_tel",
    "sans_genre",
    "sans_birthplace",
}
REFUSED = {
    "E010004": (403, "Y010004", "access_denied"),
    "E010006": (403, "Y010006", "access_denied"),
    "E010007": (403, "Y010007", "access_denied"),
    "E010008": (403, "Y010008", "access_denied"),
    "E010009": (403, "Y010009", "access_denied"),
    "E010011": (504, "Y010011", "temporarily_unavailable"),
    "E010012": (504, "Y010012", "temporarily_unavailable"),
    "E010013": (400, "Y010013", "server_error"),
    "E010015": (403, "Y010015", "access_denied"),
    "Désactivé": (403, "Y180001", "access_denied"),
    "Y180001": (403, "Y180001", "access_denied"),
    "test_INVALID_COG": (400, "Y600006", "server_error"),
    "test_CORSE_INVALID": (400, "Y600006", "server_error"),
} | dict.fromkeys(INCOMPLETE, (400, "Y600006", "server_error"))
ACCEPTED = [each for each in load("identities.yaml") if each.login not in INCOMPLETE]

PECULIAR: dict[str, dict[str, Any]] = {
    "test": {
        "family_name": "DUBOIS",
        "given_name": "Angela Claire Louise",
        "given_name_array": ["Angela", "Claire", "Louise"],
        "birthdate": "1962-08-24",
        "birthplace": "75107",
        "birthcountry": "99100",
        "gender": "female",
        "email": "wossewodda-3728@yopmail.com",
    },
    "avec_nom_dusage": {"family_name": "MERCIER", "preferred_username": "DUBOIS"},
    "carac_speciaux": {"family_name": "DURANTéàèùòœæŒÆ", "birthplace": "2B002"},
    "prénom_composé": {"given_name_array": ["Anne-Laure"]},
    "genre_indéfini": {"gender": "unspecified"},
    "étranger_présumé_né_jour": {"birthdate": "1992-11-01", "idp_birthdate": "1992-11-00", "birthplace": ""},
    "étranger_présumé_né_jour_et_mois": {"birthdate": "1992-01-01", "idp_birthdate": "1992-00-00"},
    "plusieurs_prénoms_2": {"birthdate": "1955-01-01", "idp_birthdate": "1955-01-01"},
    "test_CORSE_2A": {"birthplace": "2A004", "given_name": "Mario"},
    "test_CORSE_2B": {"birthplace": "2B050", "given_name": "Luigi"},
    "naissance_Algérie": {"birthplace": "", "birthcountry": "99352"},
    "naissance_polynesie_française": {"birthplace": "98729", "birthcountry": "99100"},
    "naissance_etranger_birthplace_cog": {"birthplace": "", "birthcountry": "99352"},
    "naissance_etranger_birthplace_texte": {"birthplace": "", "birthcountry": "99352"},
}


def test_table_holds_the_38_public_identities() -> None:
    """The data file travels with the package and has one row per public login."""
    logins = [each.login for each in load("identities.yaml")]
    assert len(logins) == len(set(logins)) == 38


@pytest.mark.parametrize("identity", ACCEPTED, ids=lambda each: each.login)
def test_each_identity_signs_in(fc: StandIn, identity: Any) -> None:
    """Each complete identity of the table arrives signed, with a pairwise sub and a full date."""
    fc.order("headless", login=identity.login)
    code = fc.authorize().headers["Location"].partition("code=")[2].partition("&")[0]
    claims = fc.verified(fc.userinfo(fc.exchange(code).json()["access_token"]).text).claims
    assert re.fullmatch(r"[0-9a-f]{64}v1", claims["sub"])
    assert re.fullmatch(r"\d{4}-(?!00)\d{2}-(?!00)\d{2}", claims["birthdate"])
    assert (claims["birthplace"] == "") == (claims["birthcountry"] != "99100")
    assert claims["given_name"] == " ".join(claims["given_name_array"])
    assert claims["family_name"] == identity.family_name
    assert claims["idp_birthdate"] == identity.birthdate


@pytest.mark.parametrize("login", PECULIAR)
def test_awkward_values_arrive_as_the_real_one_gives_them(fc: StandIn, login: str) -> None:
    """Accents, presumed dates, Corsica, overseas and foreign births keep their documented form."""
    claims = fc.identity(login)
    assert {name: claims[name] for name in PECULIAR[login]} == PECULIAR[login]


def test_longest_name_has_52_letters(fc: StandIn) -> None:
    """The long name is delivered whole."""
    assert len(fc.identity("nom_50+_caractères")["family_name"]) == 52


@pytest.mark.parametrize("login", sorted(REFUSED))
def test_refused_identity_stays_on_a_page(fc: StandIn, login: str) -> None:
    """The browser stays on a page with the code; only its button tells the service, with state and iss."""
    status, code, error = REFUSED[login]
    page = fc.choose(login)
    assert (page.status_code, shown_code(page)) == (status, code)
    back = back_link(page) or {}
    assert set(back) == {"error", "error_description", "state", "iss"}
    assert (back["error"], back["state"], back["iss"]) == (error, STATE, fc.issuer)


def test_every_refused_login_is_proved() -> None:
    """No refused login of the data file escapes the test above."""
    assert {each.login for each in load("refused.yaml")} | INCOMPLETE == set(REFUSED)


@pytest.mark.parametrize(
    "changes",
    [
        {"birthdate": "1990-02-30"},
        {"birthdate": "1990-13-01"},
        {"birthdate": "01/02/1990"},
        {"birthplace": "2C004"},
        {"birthplace": "7510"},
        {"birthplace": "", "birthcountry": ""},
        {"birthcountry": "12345"},
        {"gender": "other"},
        {"email": "pas-une-adresse"},
        {"given_names": []},
    ],
)
def test_invalid_data_are_refused(fc: StandIn, changes: dict[str, Any]) -> None:
    """Data FranceConnect cannot accept end on Y600006."""
    fc.order("identities", login="test", **changes)
    assert shown_code(fc.choose("test")) == "Y600006"
