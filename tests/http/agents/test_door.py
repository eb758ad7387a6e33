"""The agents' door over real HTTP, as a browser meets it."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from bridge.http import agent_problem_words
from tests.http.agents.console import SAME_ORIGIN, Console, refusal
from tests.http.login.test_faults import REFUSALS
from tests.http.site import Site
from tests.servers.proconnect import (
    ADMINISTRATOR,
    ELSEWHERE,
    READER,
    REVIEWER,
    TIMEOUT_S,
    UNCHECKED,
    UNINVITED,
)


@pytest.mark.parametrize(
    ("email", "shown"),
    [
        (READER, {"name": "Léa Martin", "role": "reader"}),
        (REVIEWER, {"name": "René Dupuis-Lefèvre", "role": "reviewer"}),
        (ADMINISTRATOR, {"name": "Ada Bernard", "role": "administrator"}),
    ],
)
def test_an_invited_agent_enters(
    console: Console, browser: requests.Session, email: str, shown: dict[str, str]
) -> None:
    """From the button, through ProConnect's page, to the console's first page."""
    answer = console.sign_in(browser, email)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agents/")
    assert console.get(browser, "/agents/reader").json() == shown


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(
    console: Console, browser: requests.Session
) -> None:
    """The page that was asked for opens after the sign-in, its query too."""
    led = console.get(browser, "/agents/reader?page=2&sort=-age")
    assert led.status_code == 303
    assert led.headers["Location"] == "/agents/login?next=%2Fagents%2Freader%3Fpage%3D2%26sort%3D-age"
    door = console.get(browser, led.headers["Location"])
    button = re.search(r'class="proconnect" href="([^"]+)"', door.text)
    assert button is not None
    answer = console.sign_in(browser, query=f"?{urlsplit(button[1]).query}")
    assert answer.headers["Location"] == "/agents/reader?page=2&sort=-age"


@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_only_a_page_is_led_to_the_door(console: Console, browser: requests.Session, method: str) -> None:
    """A form that lost its session is told so: nothing of it would survive the way."""
    answer = browser.request(method, f"{console.url}/agents/reader", timeout=TIMEOUT_S, allow_redirects=False)
    assert answer.status_code == 401
    if method == "POST":
        assert refusal(answer) == (401, "agent.session_required")


def test_the_door_offers_proconnect_in_french(console: Console, browser: requests.Session) -> None:
    """The button, what it is, and the way for a citizen who is lost; no script, no form."""
    page = console.get(browser, "/agents/login").text
    assert '<html lang="fr">' in page
    assert "S’identifier avec ProConnect" in page
    assert 'href="https://www.proconnect.gouv.fr/"' in page
    assert 'href="/"' in page
    assert not [word for word in ("<script", "<form", " style=", "FranceConnect") if word in page]


@pytest.mark.parametrize(
    "wanted", ["//evil.test", "/demandes/c_1", "/agents/login", "/agents/a&next=/agents/b"]
)
def test_a29_a_next_elsewhere_leads_to_the_first_page(
    console: Console, browser: requests.Session, wanted: str
) -> None:
    """The whole corpus is replayed on the use case; here the way through HTTP."""
    answer = console.sign_in(browser, query=f"?next={wanted}")
    assert answer.headers["Location"] == "/agents/"


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        (UNINVITED, (403, "agent.unknown")),
        (ELSEWHERE, (403, "agent.siret")),
        (UNCHECKED, (403, "login.acr")),
    ],
)
def test_somebody_genuine_who_may_not_enter_is_told_so(
    console: Console, browser: requests.Session, email: str, expected: tuple[int, str]
) -> None:
    """In words, with the way to another account: ProConnect would remember this one for twelve hours."""
    answer = console.sign_in(browser, email)
    assert refusal(answer) == expected
    assert not console.is_in(browser)
    assert "Essayer avec un autre compte" in answer.text
    assert email not in answer.text
    assert console.sign_in(browser, READER, query="?compte=autre").status_code == 303
    assert console.is_in(browser)


def test_without_asking_for_another_account_proconnect_gives_the_same(
    console: Console, browser: requests.Session
) -> None:
    """What the link is there for."""
    console.sign_in(browser, UNINVITED)
    assert refusal(console.sign_in(browser, READER)) == (403, "agent.unknown")


def test_an_address_given_on_to_a_successor_does_not_open(
    console: Console, browser: requests.Session
) -> None:
    """Until an administrator invites again."""
    console.sign_in(browser)
    console.providers.agents.order("agents", email=READER, account="somebody else")
    assert refusal(console.sign_in(browser, query="?compte=autre")) == (403, "agent.subject")


@pytest.mark.parametrize("fault", [fault for fault in REFUSALS if fault != "callback_other_state"])
def test_each_spoiled_answer_is_refused_and_the_next_sign_in_succeeds(
    console: Console, browser: requests.Session, fault: str
) -> None:
    """The same road without the fault works, so the fault alone is what was refused."""
    console.providers.agents.order("faults", tokens=[fault])
    assert refusal(console.sign_in(browser)) == REFUSALS[fault]
    assert not console.is_in(browser)
    assert console.sign_in(browser).status_code == 303


def test_a_refusal_speaks_of_proconnect(console: Console, browser: requests.Session) -> None:
    """An agent who reads of FranceConnect would try the wrong button."""
    console.providers.agents.order("faults", endpoints={"token": {"status": 503, "count": 1}})
    answer = console.sign_in(browser)
    assert refusal(answer) == (503, "login.unavailable")
    assert answer.headers["Retry-After"]
    assert "ProConnect ne répond pas" in answer.text
    assert "FranceConnect" not in answer.text


def test_giving_up_is_no_alarm(console: Console, browser: requests.Session) -> None:
    """The agent changed their mind."""
    address = console.providers.agents.given_up(browser, console.sent_to(browser))
    assert refusal(console.get(browser, address)) == (401, "login.denied")


def test_a06_a_reload_of_the_callback_ends_no_session(console: Console, browser: requests.Session) -> None:
    """Whoever is signed in already simply goes on."""
    address = console.called_back_at(browser)
    console.get(browser, address)
    answer = console.get(browser, address)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agents/")
    assert console.is_in(browser)


def test_leaving_goes_through_proconnect_and_comes_back_to_the_door(
    console: Console, browser: requests.Session
) -> None:
    """Our session is gone first, then ProConnect's."""
    console.sign_in(browser)
    kept = browser.cookies["agent"]
    out = console.post(browser, "/agents/logout", Sec_Fetch_Site=SAME_ORIGIN)
    assert out.headers["Location"].startswith(f"{console.providers.agents.issuer}/session/end?id_token_hint=")
    assert "agent" not in browser.cookies
    browser.cookies.set("agent", kept)
    assert not console.is_in(browser)
    back = console.get(browser, out.headers["Location"])
    assert back.headers["Location"].startswith(f"{console.url}/agents/logout/callback?state=out")
    door = console.get(browser, back.headers["Location"])
    assert (door.status_code, door.headers["Location"]) == (303, "/agents/login?au-revoir=1")
    assert "Vous êtes déconnecté." in console.get(browser, door.headers["Location"]).text


def test_leaving_twice_is_no_error(console: Console, browser: requests.Session) -> None:
    """The second time there is nothing to end, here or there."""
    console.sign_in(browser)
    console.post(browser, "/agents/logout", Sec_Fetch_Site=SAME_ORIGIN)
    again = console.post(browser, "/agents/logout", Sec_Fetch_Site=SAME_ORIGIN)
    assert (again.status_code, again.headers["Location"]) == (303, "/agents/login")


def test_no_answer_of_the_door_is_kept_or_tells_where_it_came_from(
    console: Console, browser: requests.Session
) -> None:
    """Addresses here carry codes and states."""
    for path in (
        "/agents/login",
        "/agents/login/proconnect",
        "/agents/login/callback",
        "/agents/logout/callback",
    ):
        answer = console.get(browser, path)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_agent_s_cookie_is_for_the_server_alone(console: Console, browser: requests.Session) -> None:
    """No script reads it, no other site sends it with a form, and it goes with the browser."""
    cookie = console.sign_in(browser).headers["Set-Cookie"]
    assert cookie.startswith("agent=")
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=Lax")
    assert "Max-Age" not in cookie


def test_the_sign_out_form_may_lead_to_proconnect(console: Console, browser: requests.Session) -> None:
    """The policy of the pages names it, or a browser would stop there."""
    policy = console.get(browser, "/agents/login").headers["Content-Security-Policy"]
    assert f" {console.providers.agents.url}" in policy.partition("form-action")[2].partition(";")[0]


def test_without_a_registration_the_console_is_closed(site: Site) -> None:
    """Each route of the door says so, and a page of the console leads there."""
    browser = site.visitor()
    for path in ("/agents/login", "/agents/login/proconnect", "/agents/login/callback?state=a&code=b"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "agent.closed" in answer.text


@pytest.mark.parametrize("code", sorted(agent_problem_words._BY_CODE))
def test_each_refusal_at_this_door_has_words_of_its_own(code: str) -> None:
    """In both languages, and never of the citizens' button."""
    words = agent_problem_words.agent_words(403, code)
    for text in (words.title, words.advice):
        assert set(text) == {"fr", "en"}
        assert all(sentence.endswith(".") and "FranceConnect" not in sentence for sentence in text.values())


def test_the_request_asks_proconnect_for_no_more_than_is_read(
    console: Console, browser: requests.Session
) -> None:
    """Six scopes, the level, and PKCE."""
    asked = parse_qs(urlsplit(console.sent_to(browser)).query)
    assert asked["scope"] == ["openid given_name usual_name email uid siret"]
    assert asked["code_challenge_method"] == ["S256"]
    assert "prompt" not in asked
