"""Rows A55 and A56 of the abuse table: who may sign a citizen out, and where that may lead."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import Citizen, RunningProvider
from tests.servers.relying_party import AFTER_LOGOUT, Client, next_of, said

LOGOUT = "/oauth2/logout"


def signed_out(provider: RunningProvider, citizen: Citizen) -> bool:
    """Tell whether the citizen's session is over."""
    return provider.get(citizen.browser, "/api/v1/me").status_code == 401


def asks_first(provider: RunningProvider, citizen: Citizen, answer: requests.Response) -> bool:
    """Tell whether the citizen is still signed in and sees our question instead of a redirect."""
    asked = answer.status_code == 200 and "Voulez-vous vous déconnecter" in answer.text
    return asked and not signed_out(provider, citizen)


@pytest.fixture
def client(provider: RunningProvider) -> Client:
    """Give a relying party."""
    return provider.client()


@pytest.fixture
def citizen(provider: RunningProvider) -> Citizen:
    """Give a signed-in citizen."""
    return provider.citizen()


@pytest.fixture
def hint(provider: RunningProvider, client: Client, citizen: Citizen) -> str:
    """Give the ID token the client holds of the citizen."""
    return str(provider.tokens(citizen, client)["id_token"])


@pytest.mark.parametrize(
    "address",
    [
        f"{AFTER_LOGOUT}/",
        f"{AFTER_LOGOUT}?next=https://evil.test",
        f"{AFTER_LOGOUT}#a",
        AFTER_LOGOUT.upper(),
        "https://evil.test/",
        "//evil.test",
        "javascript:alert(1)",
    ],
)
def test_a55_an_address_that_is_not_registered_leads_nowhere(
    provider: RunningProvider, citizen: Citizen, hint: str, address: str
) -> None:
    """A good hint does not make it better: the citizen is asked, and nothing is echoed."""
    given = {"id_token_hint": hint, "post_logout_redirect_uri": address}
    answer = provider.get(citizen.browser, LOGOUT, params=given)
    assert asks_first(provider, citizen, answer)
    assert "evil" not in answer.text
    assert "evil" not in provider.get(requests.Session(), LOGOUT, params=given).text


def test_a55_without_a_good_hint_nobody_is_sent_anywhere(
    provider: RunningProvider, client: Client, citizen: Citizen, hint: str
) -> None:
    """No hint, a modified one, one of another client's, the client named wrongly, a parameter twice."""
    head, body, signature = hint.split(".")
    elsewhere = provider.tokens(citizen, provider.client())["id_token"]
    back = {"post_logout_redirect_uri": AFTER_LOGOUT}
    for given in (
        back,
        {**back, "client_id": client.id},
        {**back, "id_token_hint": f"{head}.{body}x.{signature}"},
        {**back, "id_token_hint": f"{head}.{body}.{signature[:-4]}AAAA"},
        {**back, "id_token_hint": "eyJhbGciOiJub25lIn0.e30."},
        {**back, "id_token_hint": elsewhere, "client_id": client.id},
        {**back, "id_token_hint": hint, "client_id": "client-0"},
        {**back, "id_token_hint": hint, "state": ["a", "b"]},
        {**back, "id_token_hint": hint, "state": "s" * 8_193},
    ):
        assert asks_first(provider, citizen, provider.get(citizen.browser, LOGOUT, params=given)), given
        stranger = provider.get(requests.Session(), LOGOUT, params=given)
        assert (stranger.status_code, "Location" in stranger.headers) == (200, False)


def test_a55_a_hint_without_its_client_is_worth_nothing(
    provider: RunningProvider, client: Client, citizen: Citizen, hint: str
) -> None:
    """The client was removed since."""
    provider.services.provider.clients.remove(client.id)
    given = {"id_token_hint": hint, "post_logout_redirect_uri": AFTER_LOGOUT}
    assert asks_first(provider, citizen, provider.get(citizen.browser, LOGOUT, params=given))


def test_a56_an_image_on_another_page_signs_nobody_out(provider: RunningProvider, citizen: Citizen) -> None:
    """Without a hint we ask; with somebody else's too."""
    assert asks_first(provider, citizen, provider.get(citizen.browser, LOGOUT))
    attacker, client = provider.citizen(), provider.client()
    own = provider.tokens(attacker, client)["id_token"]
    answer = provider.get(citizen.browser, LOGOUT, params={"id_token_hint": own})
    assert asks_first(provider, citizen, answer)


def test_a56_the_question_is_answered_on_our_own_page(provider: RunningProvider, citizen: Citizen) -> None:
    """Its button posts to the logout that hears our own origin only."""
    page = provider.get(citizen.browser, LOGOUT).text
    assert '<form method="post" action="/logout">' in page
    elsewhere = citizen.browser.post(f"{provider.url}/logout", timeout=TIMEOUT_S, allow_redirects=False)
    assert elsewhere.status_code == 403
    assert not signed_out(provider, citizen)


def test_a_client_signs_its_citizen_out_and_gets_the_browser_back(
    provider: RunningProvider, client: Client
) -> None:
    """Our session first, then FranceConnect's, then the client's page with its state; tokens end at once."""
    browser = requests.Session()
    sent = provider.authorize(browser, client)
    code = provider.through_franceconnect(browser, sent).headers["Location"].partition("code=")[2][:43]
    tokens = provider.redeemed(client, code).json()
    given = {
        "id_token_hint": tokens["id_token"],
        "post_logout_redirect_uri": AFTER_LOGOUT,
        "state": "a&b é",
    }
    out = provider.get(browser, LOGOUT, params=given)
    assert out.headers["Location"].startswith(f"{provider.stand_in.issuer}/session/end?")
    assert "session" not in browser.cookies
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.refreshed(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    callback = provider.get(browser, provider.get(browser, out.headers["Location"]).headers["Location"])
    way_back = callback.headers["Location"]
    thief = provider.get(requests.Session(), way_back)
    assert (thief.status_code, "Location" in thief.headers) == (400, False)
    back = provider.get(browser, way_back)
    assert (back.status_code, back.headers["Location"]) == (303, f"{AFTER_LOGOUT}?state=a%26b%20%C3%A9")
    assert provider.get(browser, way_back).status_code == 400


def test_the_way_back_from_a_logout_answers_no_sign_in(
    provider: RunningProvider, citizen: Citizen, hint: str
) -> None:
    """Two kinds of request, two shapes of id: no code ever goes to a logout's address, nor the reverse."""
    given = {"id_token_hint": hint, "post_logout_redirect_uri": AFTER_LOGOUT}
    out = provider.get(citizen.browser, LOGOUT, params=given)
    assert out.headers["Location"].startswith(provider.stand_in.issuer)
    request_id = next_of(provider.authorize(citizen.browser, provider.client())).rsplit("/", 1)[-1]
    assert provider.get(citizen.browser, f"/oauth2/logout/return/{request_id}").status_code == 400
    state = parse_qs(urlsplit(out.headers["Location"]).query)["state"][0]
    back = provider.get(citizen.browser, f"/logout/callback?state={state}").headers["Location"]
    logout_id = back.rsplit("/", 1)[-1]
    assert provider.get(citizen.browser, f"/oauth2/continue/{logout_id}").status_code == 400
    assert provider.get(citizen.browser, back).headers["Location"] == AFTER_LOGOUT


def test_nobody_signed_in_goes_straight_back(provider: RunningProvider, citizen: Citizen, hint: str) -> None:
    """Without a session of ours there is nothing to tell FranceConnect."""
    given = {"id_token_hint": hint, "post_logout_redirect_uri": AFTER_LOGOUT, "state": "s"}
    answer = provider.get(requests.Session(), LOGOUT, params=given)
    assert answer.headers["Location"] == f"{AFTER_LOGOUT}?state=s"


def test_a_posted_logout_is_asked_again_by_address(
    provider: RunningProvider, citizen: Citizen, hint: str
) -> None:
    """A form of another site brings no cookie of ours, so the browser comes once more."""
    given = {"id_token_hint": hint, "post_logout_redirect_uri": AFTER_LOGOUT}
    answer = requests.post(provider.url + LOGOUT, data=given, timeout=TIMEOUT_S, allow_redirects=False)
    assert answer.status_code == 303
    out = provider.get(citizen.browser, answer.headers["Location"])
    assert out.headers["Location"].startswith(provider.stand_in.issuer)
    assert signed_out(provider, citizen)


def test_signing_in_anew_keeps_what_the_same_person_granted(
    provider: RunningProvider, client: Client
) -> None:
    """A second sign-in in the same browser ends the old session; the portal's tokens end with the new one."""
    browser = requests.Session()
    first = provider.through_franceconnect(browser, provider.authorize(browser, client))
    tokens = provider.redeemed(client, first.headers["Location"].partition("code=")[2][:43]).json()
    again = provider.authorize(browser, client, prompt="login")
    assert "code=" in provider.through_franceconnect(browser, again).headers["Location"]
    assert provider.userinfo(tokens["access_token"]).status_code == 200
    same = {"Sec-Fetch-Site": "same-origin"}
    browser.post(f"{provider.url}/logout", headers=same, timeout=TIMEOUT_S, allow_redirects=False)
    assert provider.userinfo(tokens["access_token"]).status_code == 401


def test_an_expired_hint_is_still_a_hint(provider: RunningProvider, citizen: Citizen, hint: str) -> None:
    """A portal signs people out hours after they came: that we made the token is what counts."""
    claims = said(hint)[1]
    old = provider.services.provider.signer.sign("JWT", {**claims, "exp": 1, "iat": 0})
    out = provider.get(citizen.browser, LOGOUT, params={"id_token_hint": old})
    assert out.headers["Location"].startswith(provider.stand_in.issuer)
