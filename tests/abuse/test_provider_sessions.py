"""Rows A51 and A62 of the abuse table: who may answer a client's request, and how fresh they must be."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import requests

from tests.adapters.store.samples import add_link, link
from tests.http.provider.reading import page_code
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider
from tests.servers.relying_party import ORG, answer_of, next_of, said

OURS = {"Sec-Fetch-Site": "same-origin"}


def confirmed(provider: RunningProvider, browser: requests.Session, path: str) -> requests.Response:
    """Press "Yes, continue"."""
    return browser.post(provider.url + path, headers=OURS, timeout=TIMEOUT_S, allow_redirects=False)


def test_a51_silence_without_a_session_is_answered_at_once(provider: RunningProvider) -> None:
    """`prompt=none` never shows a page; with a session it gets its code."""
    client, citizen = provider.client(), provider.citizen()
    told = answer_of(provider.authorize(requests.Session(), client, prompt="none"))
    assert (told["error"], told["state"]) == ("login_required", "state-1")
    assert "code" in answer_of(provider.authorize(citizen.browser, client, prompt="none"))


def test_a51_silence_about_somebody_under_review_says_so(provider: RunningProvider) -> None:
    """They are signed in, and yet nobody knows who they are."""
    told = answer_of(
        provider.authorize(provider.citizen(linked=False).browser, provider.client(), prompt="none")
    )
    assert told["error"] == "interaction_required"


@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}])
def test_a51_a_fresh_sign_in_is_a_real_one(provider: RunningProvider, changes: dict[str, str]) -> None:
    """The session there was does not answer, not even when the citizen comes back without signing in."""
    client, citizen = provider.client(), provider.citizen()
    sent = provider.authorize(citizen.browser, client, **changes)
    path = next_of(sent)
    again = provider.get(citizen.browser, path)
    assert next_of(again) == path
    assert next_of(confirmed(provider, citizen.browser, path)) == path
    provider.clock.move(timedelta(seconds=5))
    code = answer_of(provider.through_franceconnect(citizen.browser, sent))["code"]
    tokens = provider.redeemed(client, code).json()
    assert said(tokens["id_token"])[1]["auth_time"] == int(provider.clock.now().timestamp())


def test_a51_max_age_asks_again_once_the_sign_in_is_older(provider: RunningProvider) -> None:
    """A sign-in of less than a minute serves a client that wants less than a minute."""
    client, citizen = provider.client(), provider.citizen()
    provider.clock.move(timedelta(seconds=59))
    assert "code" in answer_of(provider.authorize(citizen.browser, client, max_age="60"))
    provider.clock.move(timedelta(seconds=1))
    assert next_of(provider.authorize(citizen.browser, client, max_age="60"))
    silent = provider.authorize(citizen.browser, client, max_age="60", prompt="none")
    assert answer_of(silent)["error"] == "login_required"


def test_a51_a_hint_of_another_person_gets_no_code(provider: RunningProvider) -> None:
    """With a session, and after a sign-in that turns out to be somebody else's."""
    client, citizen, other = provider.client(), provider.citizen(), provider.citizen()
    theirs = provider.tokens(other, client)["id_token"]
    mine = provider.tokens(citizen, client)["id_token"]
    assert "code" in answer_of(provider.authorize(citizen.browser, client, id_token_hint=mine))
    told = answer_of(provider.authorize(citizen.browser, client, id_token_hint=theirs))
    assert told["error"] == "login_required"
    browser = requests.Session()
    sent = provider.authorize(browser, client, id_token_hint=theirs)
    assert answer_of(provider.through_franceconnect(browser, sent))["error"] == "login_required"


@pytest.mark.parametrize("hint", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_a51_a_hint_that_is_not_ours_is_refused(provider: RunningProvider, hint: str) -> None:
    """Nor is one made for another client."""
    client, citizen = provider.client(), provider.citizen()
    elsewhere = provider.tokens(citizen, provider.client())["id_token"]
    for each in (hint, elsewhere):
        told = answer_of(provider.authorize(citizen.browser, client, id_token_hint=each))
        assert told["error"] == "invalid_request"


def test_a62_somebody_else_who_signed_in_meanwhile_is_asked(provider: RunningProvider) -> None:
    """A's request does not become B's sign-in at the portal by itself: a page asks, by name."""
    client = provider.client(label="Espace <b>citoyen</b>")
    browser = requests.Session()
    path = next_of(provider.authorize(browser, client))
    away = provider.get(browser, "/login/franceconnect")
    provider.get(browser, provider.stand_in.answered(browser, away.headers["Location"], "test_CORSE_2A"))
    page = provider.get(browser, path)
    assert page.status_code == 200
    assert "Continuer en tant que Mario Mario" in unescape(page.text).replace("\N{NO-BREAK SPACE}", " ")
    assert "<b>citoyen" not in page.text
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert set(policy["form-action"].split()) >= {"'self'", provider.stand_in.url, ORG}
    code = answer_of(confirmed(provider, browser, path))["code"]
    told = provider.userinfo(provider.redeemed(client, code).json()["access_token"]).json()
    assert told["given_name"] == "Mario"


def test_a62_whoever_is_asked_may_sign_in_as_themselves(provider: RunningProvider) -> None:
    """The second sign-in is the one this request began, so it answers without a question."""
    client, browser = provider.client(), requests.Session()
    sent = provider.authorize(browser, client)
    away = provider.get(browser, "/login/franceconnect")
    provider.get(browser, provider.stand_in.answered(browser, away.headers["Location"], "test_CORSE_2A"))
    assert provider.get(browser, next_of(sent)).status_code == 200
    code = answer_of(provider.through_franceconnect(browser, sent, "test"))["code"]
    told = provider.userinfo(provider.redeemed(client, code).json()["access_token"]).json()
    assert told["given_name"] == "Angela"


def test_a62_the_question_is_answered_on_our_own_page_only(provider: RunningProvider) -> None:
    """Another site cannot say yes for the citizen."""
    client, citizen = provider.client(), provider.citizen()
    browser = requests.Session()
    path = next_of(provider.authorize(browser, client))
    browser.cookies.update(citizen.browser.cookies)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
        answer = browser.post(provider.url + path, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)
        assert page_code(answer) == (403, "request.cross_site")


def test_a62_a_request_goes_on_in_its_own_browser_once(provider: RunningProvider) -> None:
    """A stolen address is nothing in another browser, nor after the answer, nor after half an hour."""
    client, thief, browser = provider.client(), provider.citizen(), requests.Session()
    sent = provider.authorize(browser, client)
    path = next_of(sent)
    over = (400, "portal.request")
    assert page_code(provider.get(thief.browser, path)) == over
    assert page_code(confirmed(provider, thief.browser, path)) == over
    assert page_code(provider.get(thief.browser, f"{path}?renoncer=1")) == over
    assert "code" in answer_of(provider.through_franceconnect(browser, sent))
    assert page_code(provider.get(browser, path)) == over
    late = requests.Session()
    path = next_of(provider.authorize(late, client))
    provider.clock.move(timedelta(minutes=30))
    assert page_code(provider.get(late, path)) == over
    for invented in ("a" + "0" * 43, "o" + "0" * 43, "%00", "a' OR 1=1"):
        assert page_code(provider.get(late, f"/oauth2/continue/{invented}")) == over


def test_a62_two_tabs_two_people_two_answers(provider: RunningProvider) -> None:
    """Each request is answered by the sign-in it began, whichever ends last."""
    client, browser = provider.client(), requests.Session()
    first, second = (provider.authorize(browser, client, state=state) for state in ("1", "2"))
    tokens = []
    for state, sent, login, name in (("1", first, "test", "Angela"), ("2", second, "test_CORSE_2B", "Luigi")):
        answer = answer_of(provider.through_franceconnect(browser, sent, login))
        assert answer["state"] == state
        tokens.append(provider.redeemed(client, answer["code"]).json()["access_token"])
        assert provider.userinfo(tokens[-1]).json()["given_name"] == name
    # The second person took the browser over, so what it had opened to the first has ended.
    assert provider.userinfo(tokens[0]).status_code == 401


def test_a_citizen_who_gives_up_goes_back_with_a_no(provider: RunningProvider) -> None:
    """The portal hears `access_denied`, once, instead of losing its visitor on a page of ours."""
    client, browser = provider.client(), requests.Session()
    sent = provider.authorize(browser, client)
    away = provider.get(browser, sent.headers["Location"])
    callback = provider.stand_in.given_up(browser, away.headers["Location"])
    onward = provider.get(browser, callback)
    told = answer_of(provider.get(browser, onward.headers["Location"]))
    assert (told["error"], told["state"]) == ("access_denied", "state-1")


def test_somebody_under_review_waits_on_our_page_and_goes_on_when_the_link_comes(
    provider: RunningProvider,
) -> None:
    """Nothing about them leaves before an agent, or a proof, said who they are."""
    client, citizen = provider.client(), provider.citizen(linked=False)
    sent = provider.authorize(citizen.browser, client)
    path = sent.headers["Location"]
    page = provider.get(citizen.browser, path)
    assert page.status_code == 200
    assert "Est-ce bien vous" in page.text
    assert f'href="{path}"' in page.text
    add_link(provider.store, link(citizen.number), "person")
    with provider.store.begin() as tx:
        tx.sign_ins.link_sessions(f"subject-{citizen.number}", f"l_{citizen.number}")
    assert "code" in answer_of(provider.get(citizen.browser, path))


def test_somebody_under_review_may_go_back_without_waiting(provider: RunningProvider) -> None:
    """The portal gets a clean no."""
    client, citizen = provider.client(), provider.citizen(linked=False)
    path = provider.authorize(citizen.browser, client).headers["Location"]
    told = answer_of(provider.get(citizen.browser, f"{path}?renoncer=1"))
    assert (told["error"], told["state"]) == ("access_denied", "state-1")
