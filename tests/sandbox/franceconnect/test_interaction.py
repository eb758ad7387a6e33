"""The citizen's two pages."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.franceconnect.driving import STATE, TIMEOUT_S, StandIn, back_link, callback, shown_code


def test_both_pages_lead_to_a_code(fc: StandIn) -> None:
    """Choosing an identity and continuing brings code, state and iss back to the service."""
    answer = fc.sign_in()
    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == (STATE, fc.issuer)


def test_page_says_it_is_a_stand_in_and_lists_the_citizens(fc: StandIn) -> None:
    """The page warns against real data, needs no script, and offers every public identity and the own one."""
    page = fc.session.get(fc.open(), timeout=TIMEOUT_S).text
    assert "Faux FranceConnect" in page
    assert "ne saisissez aucune donnée réelle" in page
    assert "<script" not in page
    assert page.count('name="login" value=') == 38 + 2 + 13
    assert 'name="birthcountry"' in page


def test_information_page_lists_the_data_handed_over(fc: StandIn) -> None:
    """The second page names the service and only the data its scopes open."""
    page = fc.choose("test", scope="openid email birthdate").text
    assert "Vous allez vous connecter à «&nbsp;Service en ligne local&nbsp;»" in page
    assert "Adresse électronique" in page
    assert "Date de naissance" in page
    assert "Nom de naissance" not in page


def test_pages_forbid_scripts_frames_and_caches(fc: StandIn) -> None:
    """Pages cannot run scripts, be framed or be kept."""
    headers = fc.session.get(fc.open(), timeout=TIMEOUT_S).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("login", "password"), [("test", "321"), ("inconnu", "123"), ("", "")])
def test_wrong_password_shows_the_page_again(fc: StandIn, login: str, password: str) -> None:
    """A wrong login or password is a 401 on the same page, and the sign-in can go on."""
    interaction = fc.open()
    page = fc.post(interaction + "/login", login=login, password=password)
    assert page.status_code == 401
    assert "Identifiant ou mot de passe inconnu." in page.text
    assert fc.post(interaction + "/login", login="test", password="123").status_code == 200


@pytest.mark.parametrize("after_choice", [False, True])
def test_giving_up_comes_straight_back(fc: StandIn, after_choice: bool) -> None:
    """Cancelling on either page sends access_denied, User auth aborted, with state and iss."""
    interaction = fc.open()
    if after_choice:
        fc.post(interaction + "/login", login="test", password="123")
    assert callback(fc.post(interaction + "/consent", decision="cancel")) == {
        "error": "access_denied",
        "error_description": "User auth aborted",
        "state": STATE,
        "iss": fc.issuer,
    }


def test_typed_identity_signs_in(fc: StandIn) -> None:
    """The personal form delivers what was typed, given names split on commas."""
    interaction = fc.open()
    page = fc.post(
        interaction + "/custom",
        given_name="Jean Noël, Ange",
        family_name="D’ESSAI",
        preferred_username="",
        gender="male",
        birthdate="1980-02-29",
        birthplace="2A004",
        birthcountry="",
        email="essai@citoyens.example",
    )
    assert page.status_code == 200
    code = callback(fc.post(interaction + "/consent", decision="continue"))["code"]
    claims = fc.verified(fc.userinfo(fc.exchange(code).json()["access_token"]).text).claims
    assert claims["given_name_array"] == ["Jean Noël", "Ange"]
    assert claims["given_name"] == "Jean Noël Ange"
    assert claims["birthcountry"] == "99100"


def test_another_browser_cannot_take_over_the_pages(fc: StandIn) -> None:
    """The pages belong to the browser that opened them: another one gets Y190001."""
    page = requests.get(fc.open(), timeout=TIMEOUT_S)
    assert (page.status_code, shown_code(page), back_link(page)) == (401, "Y190001", None)


def test_continuing_before_choosing_is_refused(fc: StandIn) -> None:
    """No code is given to someone who chose no identity."""
    page = fc.post(fc.open() + "/consent", decision="continue")
    assert (page.status_code, shown_code(page)) == (401, "Y190001")


def test_page_left_open_too_long_loses_its_state(fc: StandIn) -> None:
    """After ten minutes the page's button sends the word "undefined" as state, as the real one may."""
    interaction = fc.open()
    fc.order("clock", offset_s=601)
    page = fc.post(interaction + "/login", login="test", password="123")
    assert (page.status_code, shown_code(page)) == (401, "Y190001")
    assert (back_link(page) or {})["state"] == "undefined"


def test_finished_pages_cannot_be_used_again(fc: StandIn) -> None:
    """Going back after the sign-in and continuing again is refused."""
    interaction = fc.open()
    fc.post(interaction + "/login", login="test", password="123")
    fc.post(interaction + "/consent", decision="continue")
    assert shown_code(fc.post(interaction + "/consent", decision="continue")) == "Y190001"
