"""Rows A28 to A31 and A34: what strangers may make our doors do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from structlog.testing import capture_logs

from bridge.adapters.store.crowding import MOST_FROM_ONE_ADDRESS
from bridge.adapters.store.tables import sign_ins
from tests.abuse.attempts import Attempt
from tests.fakes.clock import FakeClock
from tests.servers.bridge import RunningBridge, problem, running_bridge
from tests.servers.forged_franceconnect import ForgedFranceConnect, forged
from tests.servers.org import StandInOrg
from tests.usecases.sign_in.test_next_path import CORPUS

MARKUP = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("error", "expected", "level"),
    [
        ("access_denied", (401, "login.denied"), "info"),
        ("login_required", (401, "login.denied"), "info"),
        ("invalid_scope", (502, "login.provider"), "error"),
        ("invalid_request", (502, "login.provider"), "error"),
        ("unsupported_response_type", (502, "login.provider"), "error"),
        ("invalid_acr", (502, "login.provider"), "error"),
        ("invalid_idp_hint", (502, "login.provider"), "error"),
        ("server_error", (503, "login.failed"), "warning"),
        ("temporarily_unavailable", (503, "login.unavailable"), "warning"),
        (MARKUP, (502, "login.provider"), "error"),
    ],
)
def test_a28_an_error_is_answered_in_our_own_words(
    attempt: Attempt, error: str, expected: tuple[int, str], level: str
) -> None:
    """Its description is neither shown nor logged; only what is ours to mend raises an alarm."""
    with capture_logs() as logged:
        answer = attempt.answer(error=error, error_description=f"{MARKUP} marker", iss=attempt.hostile.issuer)
    assert problem(answer) == expected
    assert "marker" not in answer.text + str(logged)
    assert "<script" not in answer.text + str(logged)
    (told,) = [line for line in logged if line["event"] == "sign_in.refused_by_provider"]
    assert told["log_level"] == level
    assert told["provider_code"] is None


SAID = {
    "access_denied": ("La connexion n’a pas abouti.", "The sign-in was not completed."),
    "invalid_scope": (
        "FranceConnect est indisponible pour ce service.",
        "FranceConnect is unavailable for this service.",
    ),
    "server_error": (
        "FranceConnect n’a pas pu terminer la connexion.",
        "FranceConnect could not complete the sign-in.",
    ),
    "temporarily_unavailable": (
        "FranceConnect ne répond pas pour le moment.",
        "FranceConnect does not answer at the moment.",
    ),
}


@pytest.mark.parametrize("error", SAID)
def test_a28_each_kind_of_error_has_its_sentence_in_both_languages(attempt: Attempt, error: str) -> None:
    """What happened and what to do, without the cause, which is the citizen's alone."""
    for language, sentence in zip(("fr", "en"), SAID[error], strict=True):
        attempt.browser.headers["Accept-Language"] = language
        assert f"<h1>{sentence}</h1>" in attempt.answer(error=error).text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("technical error Y600006", "Y600006"),
        ("(Y04A8220)", "Y04A8220"),
        ("Y6000069", None),
        ("XY600006", None),
        ("Y12345<script>", None),
        ("y600006", None),
        ("Ｙ600006", None),
    ],
)
def test_a28_franceconnects_short_code_is_kept_for_the_operator(
    attempt: Attempt, said: str, kept: str | None
) -> None:
    """And for faults alone: about a citizen who was refused it would tell too much."""
    for error, expected in (("server_error", kept), ("access_denied", None)):
        with capture_logs() as logged:
            attempt.answer(error=error, error_description=said)
        (told,) = [line for line in logged if line["event"] == "sign_in.refused_by_provider"]
        assert told["provider_code"] == expected


def test_a29_no_next_leads_away(attempt: Attempt) -> None:
    """The whole corpus, through the button and back; `requests` cannot send what no browser sends either."""
    for wanted in CORPUS:
        started = attempt.bridge.start(attempt.browser, next=wanted)
        attempt.hostile.send(forged(attempt.hostile.claims(nonce=started.nonce), attempt.hostile.key))
        answer = attempt.bridge.come_back(attempt.browser, code="c0de", state=started.state)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), wanted


@pytest.fixture(scope="module")
def proxied(org: StandInOrg, hostile: ForgedFranceConnect, still: FakeClock) -> Iterator[RunningBridge]:
    """Give the service behind one proxy of ours."""
    with running_bridge(org, hostile.issuer, {"TRUSTED_PROXIES": "1"}, still) as running:
        yield running


def press(bridge: RunningBridge, browser: requests.Session, address: str) -> requests.Response:
    """Press the button from an address, as the proxy tells it."""
    return bridge.get(browser, "/login/franceconnect", headers={"X-Forwarded-For": address})


def test_a30_a_flood_from_one_address_is_stopped_and_the_others_go_on(
    proxied: RunningBridge, browser: requests.Session, still: FakeClock
) -> None:
    """Ten thousand a minute would end like these three hundred: sixty are stored, the rest cost a count."""
    flood = [press(proxied, browser, "203.0.113.7").status_code for _ in range(300)]
    assert flood == [303] * MOST_FROM_ONE_ADDRESS + [429] * (300 - MOST_FROM_ONE_ADDRESS)
    refused = press(proxied, browser, "198.51.100.1, 203.0.113.7")
    assert problem(refused) == (429, "login.too_many")
    assert refused.headers["Retry-After"] == "60"
    assert press(proxied, browser, "203.0.113.8").status_code == 303
    assert proxied.count(sign_ins) == MOST_FROM_ONE_ADDRESS + 1
    still.move(timedelta(minutes=1))
    assert press(proxied, browser, "203.0.113.7").status_code == 303


def test_a30_no_address_is_kept_and_the_table_is_pruned(
    proxied: RunningBridge, browser: requests.Session, still: FakeClock
) -> None:
    """What lets us count does not let anybody find; ten minutes later it is gone."""
    press(proxied, browser, "2001:db8:1:2:3::4")
    with proxied.engine.connect() as connection:
        rows = connection.execute(sign_ins.select()).mappings().all()
    kept = " ".join(str(value) for row in rows for value in row.values())
    assert "2001:db8" not in kept
    assert "203.0.113" not in kept
    still.move(timedelta(minutes=10))
    with proxied.services.store.begin() as tx:
        assert tx.sign_ins.prune(still.now()) == len(rows)
    assert proxied.count(sign_ins) == 0


def test_a30_one_ipv6_network_is_one_caller(
    proxied: RunningBridge, browser: requests.Session, still: FakeClock
) -> None:
    """A single home has 2^64 addresses to choose from."""
    still.move(timedelta(minutes=1))
    answers = [press(proxied, browser, f"2001:db8:9:9::{number:x}").status_code for number in range(62)]
    assert answers == [303] * 60 + [429] * 2
    assert press(proxied, browser, "2001:db8:9:a::1").status_code == 303


def test_a30_a_proxy_that_tells_nothing_does_not_make_all_citizens_one(
    proxied: RunningBridge, browser: requests.Session
) -> None:
    """Without the header it was told to write, its own address is no caller's."""
    for _ in range(MOST_FROM_ONE_ADDRESS + 5):
        assert proxied.get(browser, "/login/franceconnect").status_code == 303


def test_a30_a_proxy_nobody_told_us_of_does_not_make_all_citizens_one(
    bridge: RunningBridge, browser: requests.Session
) -> None:
    """The header of a caller is believed from our own proxies only, and their address limits nobody."""
    for number in range(MOST_FROM_ONE_ADDRESS + 5):
        assert press(bridge, browser, f"203.0.113.{number}").status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", ""])
def test_a31_leaving_is_not_for_other_sites_to_ask(attempt: Attempt, site: str) -> None:
    """A form elsewhere signs nobody out."""
    attempt.rightly()
    answer = attempt.bridge.leave(attempt.browser, **{"Sec-Fetch-Site": site})
    assert problem(answer) == (403, "request.cross_site")
    assert attempt.bridge.is_signed_in(attempt.browser)


@pytest.mark.parametrize("query", ["", f"?state=out{'0' * 61}", "?state=undefined", "?state=a&state=b"])
def test_a31_a_return_nobody_asked_for_changes_nothing(attempt: Attempt, query: str) -> None:
    """A forged state on the way back is ignored."""
    attempt.rightly()
    answer = attempt.bridge.get(attempt.browser, f"/logout/callback{query}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert attempt.bridge.is_signed_in(attempt.browser)


def test_a31_our_own_request_leads_out_with_the_hint_and_home_again(attempt: Attempt) -> None:
    """The way out is a redirect, for FranceConnect's cookies are the browser's to bring."""
    attempt.rightly()
    out = attempt.bridge.leave(attempt.browser)
    asked = parse_qs(urlsplit(out.headers["Location"]).query)
    assert asked["id_token_hint"][0].count(".") == 2
    assert not attempt.bridge.is_signed_in(attempt.browser)
    home = attempt.bridge.get(attempt.browser, f"/logout/callback?state={asked['state'][0]}")
    assert home.headers["Location"] == "/?au-revoir=1"


def test_a34_another_host_is_refused(bridge: RunningBridge, browser: requests.Session) -> None:
    """No address of ours is ever built from what a request says."""
    answer = bridge.get(browser, "/login/franceconnect", headers={"Host": "evil.test"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request.host")
    for header in ("X-Forwarded-Host", "X-Host", "Forwarded"):
        sent = bridge.get(browser, "/login/franceconnect", headers={header: "host=evil.test"})
        asked = parse_qs(urlsplit(sent.headers["Location"]).query)
        assert asked["redirect_uri"] == [f"{bridge.url}/login/franceconnect/callback"]


def test_a34_two_hosts_in_one_request_are_refused(bridge: RunningBridge) -> None:
    """What one server reads as ours another may read as theirs."""
    port = urlsplit(bridge.url).port
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: evil.test\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request.encode())
        status = connection.recv(64).split(b" ", 2)[1]
    assert status == b"400"
