"""Rows A41 to A47 and A59 of the abuse table: codes, secrets and the token endpoint."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from tests.adapters.store.samples import link
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import Citizen, RunningProvider
from tests.servers.relying_party import RETURN, SITE_RETURN, VERIFIER, Client

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Give status and error of a refusal in OAuth's shape, and nothing else in it."""
    body = answer.json()
    assert set(body) == {"error", "error_description"}, body
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, body["error"]


INVALID_GRANT = (400, "invalid_grant")


@pytest.mark.parametrize("after_s", [1, 30])
def test_a41_a_code_used_again_takes_the_first_tokens_with_it(
    provider: RunningProvider, after_s: int
) -> None:
    """Somebody else has the code: whoever came first may be the thief."""
    client, citizen = provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    tokens = provider.redeemed(client, code).json()
    assert provider.userinfo(tokens["access_token"]).status_code == 200
    provider.clock.move(timedelta(seconds=after_s))
    with capture_logs() as events:
        assert refusal(provider.redeemed(client, code)) == INVALID_GRANT
    assert [e["because"] for e in events if e["event"] == "grant refused"] == ["reused"]
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.api(tokens["access_token"]).status_code == 401
    assert refusal(provider.refreshed(client, tokens["refresh_token"])) == INVALID_GRANT
    assert provider.audited(citizen, "portal.revoked") == [("rule", "reused")]


def test_a42_of_fifty_at_once_one_redeems(provider: RunningProvider) -> None:
    """Two servers of a portal, or a thief beside it: never two sets of tokens."""
    client, citizen = provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    barrier = threading.Barrier(50)

    def redeem(_: int) -> requests.Response:
        barrier.wait(TIMEOUT_S)
        return provider.redeemed(client, code)

    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(redeem, range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 49
    assert {refusal(answer) for answer in answers if answer.status_code == 400} == {INVALID_GRANT}


def test_a43_a_code_serves_its_own_client_only(provider: RunningProvider) -> None:
    """A code in other hands is a stolen code: it is void for its owner too."""
    client, other, citizen = provider.client(), provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    assert refusal(provider.redeemed(other, code)) == INVALID_GRANT
    assert refusal(provider.redeemed(client, code)) == INVALID_GRANT


@pytest.mark.parametrize("redirect_uri", [SITE_RETURN, f"{RETURN}/", "", None])
def test_a43_a_code_serves_its_own_return_address_only(
    provider: RunningProvider, redirect_uri: str | None
) -> None:
    """Another registered address of the same client is another address."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.redeemed(client, provider.code(citizen, client), redirect_uri=redirect_uri)
    assert refusal(answer) == INVALID_GRANT


def test_a43_a_code_lives_sixty_seconds(provider: RunningProvider) -> None:
    """59 are enough, 60 are too many."""
    client, citizen = provider.client(), provider.citizen()
    codes = [provider.code(citizen, client) for _ in range(2)]
    provider.clock.move(timedelta(seconds=59))
    assert provider.redeemed(client, codes[0]).status_code == 200
    provider.clock.move(timedelta(seconds=1))
    assert refusal(provider.redeemed(client, codes[1])) == INVALID_GRANT


@pytest.mark.parametrize("code", ["x" * 43, "0", "é", "x" * 100_000, "' OR 1=1 --"])
def test_a43_an_invented_code_is_refused(provider: RunningProvider, code: str) -> None:
    """With the same answer as a used one."""
    assert refusal(provider.redeemed(provider.client(), code)) == INVALID_GRANT


def test_a44_ten_wrong_secrets_a_minute_then_wait(provider: RunningProvider) -> None:
    """A guesser is slowed down; the portal, whose name is abused, is not shut out."""
    client, citizen = provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    wrong = Client(client.id, "wrong")
    answers = [provider.redeemed(wrong, "a") for _ in range(30)]
    assert [refusal(answer) for answer in answers] == [(401, "invalid_client")] * 10 + [
        (429, "invalid_client")
    ] * 20
    assert {answer.headers.get("Retry-After") for answer in answers} == {None, "60"}
    assert answers[0].headers["WWW-Authenticate"] == 'Basic realm="bridge"'
    assert provider.redeemed(client, code).status_code == 200
    provider.clock.move(timedelta(seconds=61))
    assert refusal(provider.redeemed(wrong, "a")) == (401, "invalid_client")


def test_a44_an_unknown_client_is_answered_like_a_wrong_secret(provider: RunningProvider) -> None:
    """To the byte, and slowed down as well, whatever name is tried."""
    provider.clock.move(timedelta(minutes=2))
    wrong = provider.redeemed(Client(provider.client().id, "wrong"), "a")
    unknown = [provider.redeemed(Client(f"nobody-{n}", "wrong"), "a") for n in range(11)]
    assert unknown[0].content == wrong.content
    assert [answer.status_code for answer in unknown] == [401] * 10 + [429]


@pytest.mark.parametrize("place", ["/oauth2/token", "/oauth2/revoke"])
def test_a44_a_secret_in_the_address_is_refused(provider: RunningProvider, place: str) -> None:
    """It would be in logs; even the right one is not looked at."""
    client = provider.client()
    answer = provider.post(f"{place}?client_secret={client.secret}", {"client_id": client.id, "token": "a"})
    assert refusal(answer) == (400, "invalid_request")


def test_a44_both_ways_at_once_are_refused(provider: RunningProvider) -> None:
    """Which one would count? The same name beside the header is harmless, and orgs send it."""
    client, citizen = provider.client(), provider.citizen()
    form = {"grant_type": "authorization_code", "code": "a", "redirect_uri": RETURN}
    both = provider.post("/oauth2/token", {**client.posted, **form}, auth=client.basic)
    assert refusal(both) == (400, "invalid_request")
    other = provider.post("/oauth2/token", {"client_id": "other", **form}, auth=client.basic)
    assert refusal(other) == (400, "invalid_request")
    form |= {"code": provider.code(citizen, client), "code_verifier": VERIFIER}
    named = provider.post("/oauth2/token", {"client_id": client.id, **form}, auth=client.basic)
    assert named.status_code == 200


@pytest.mark.parametrize("header", ["Basic", "Basic !!", "Basic YQ==", "Basic /w==", "Bearer a", "Digest a"])
def test_a44_a_header_that_cannot_be_read_is_refused(provider: RunningProvider, header: str) -> None:
    """Never an error of ours, never a fall back to the body."""
    client = provider.client()
    answer = provider.post("/oauth2/token", client.posted, headers={"Authorization": header})
    assert refusal(answer) in {(401, "invalid_client"), (429, "invalid_client")}


def test_a44_a_client_with_a_secret_cannot_do_without_and_the_reverse(provider: RunningProvider) -> None:
    """Leaving the secret out is no way in; a public client has none to give."""
    citizen, confidential, public = provider.citizen(), provider.client(), provider.client(is_public=True)
    bare = Client(confidential.id, None)
    assert refusal(provider.redeemed(bare, provider.code(citizen, bare))) == (401, "invalid_client")
    claimed = Client(public.id, "secret")
    assert refusal(provider.redeemed(claimed, provider.code(citizen, public))) == (401, "invalid_client")
    assert provider.redeemed(public, provider.code(citizen, public)).status_code == 200


def test_a45_a_client_assertion_is_not_taken(provider: RunningProvider) -> None:
    """It is not offered, signed or not; discovery says so."""
    client = provider.client()
    assertion = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": "eyJhbGciOiJub25lIn0.e30.",
        "grant_type": "authorization_code",
    }
    for credentials in ({}, client.posted):
        assert refusal(provider.post("/oauth2/token", {**credentials, **assertion})) == (
            401,
            "invalid_client",
        )


@pytest.mark.parametrize(
    "grant_type",
    ["password", "client_credentials", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer", "CODE"],
)
def test_a46_other_grants_are_not_offered(provider: RunningProvider, grant_type: str) -> None:
    """No password is ever asked here, and no client acts for itself."""
    answer = provider.token(provider.client(), grant_type=grant_type, username="a", password="b")
    assert refusal(answer) == (400, "unsupported_grant_type")


def test_a46_refreshing_is_for_those_it_was_granted_to(provider: RunningProvider) -> None:
    """A client without offline_access gets no refresh token and cannot use one."""
    client = provider.client(scopes=("openid",))
    assert "refresh_token" not in provider.tokens(provider.citizen(), client)
    assert refusal(provider.refreshed(client, "x")) == (400, "unauthorized_client")


def test_a47_only_a_posted_form_is_heard(provider: RunningProvider) -> None:
    """Addresses are logged, and other bodies could be read in two ways."""
    client = provider.client()
    form = {**client.posted, "grant_type": "authorization_code", "code": "a"}
    address = f"{provider.url}/oauth2/token"
    for method in ("GET", "PUT", "DELETE"):
        assert requests.request(method, address, params=form, timeout=TIMEOUT_S).status_code == 405
    assert requests.post(address, json=form, timeout=TIMEOUT_S).status_code == 415
    assert requests.post(address, data=b"grant_type=a", timeout=TIMEOUT_S).status_code == 415
    assert (
        requests.post(
            address, data=form, headers={"Content-Type": "text/plain"}, timeout=TIMEOUT_S
        ).status_code
        == 415
    )
    twice = [*form.items(), ("code", "b")]
    assert refusal(requests.post(address, data=twice, timeout=TIMEOUT_S)) == (400, "invalid_request")
    many = "&".join(f"a{n}=1" for n in range(1_000))
    assert refusal(requests.post(address, data=many, headers=FORM, timeout=TIMEOUT_S)) == (
        400,
        "invalid_request",
    )


def test_a_refresh_token_used_again_ends_the_family(provider: RunningProvider) -> None:
    """The newest tokens of the chain are void as well: nobody knows who holds them."""
    client, citizen = provider.client(), provider.citizen()
    first = provider.tokens(citizen, client)
    second = provider.refreshed(client, first["refresh_token"]).json()
    assert provider.userinfo(second["access_token"]).status_code == 200
    assert refusal(provider.refreshed(client, first["refresh_token"])) == INVALID_GRANT
    assert refusal(provider.refreshed(client, second["refresh_token"])) == INVALID_GRANT
    assert provider.userinfo(second["access_token"]).status_code == 401


def test_a_refresh_token_serves_its_own_client_only(provider: RunningProvider) -> None:
    """In other hands it is stolen, and void for its owner."""
    client, other, citizen = provider.client(), provider.client(), provider.citizen()
    tokens = provider.tokens(citizen, client)
    assert refusal(provider.refreshed(other, tokens["refresh_token"])) == INVALID_GRANT
    assert refusal(provider.refreshed(client, tokens["refresh_token"])) == INVALID_GRANT


def test_refreshing_may_ask_for_less_and_never_for_more(provider: RunningProvider) -> None:
    """A wrong scope is a mistake, not a theft: the token is still good."""
    client, citizen = provider.client(), provider.citizen()
    tokens = provider.tokens(citizen, client, scope="openid cases:read offline_access")
    wider = provider.refreshed(client, tokens["refresh_token"], scope="openid contact")
    assert refusal(wider) == (400, "invalid_scope")
    less = provider.refreshed(client, tokens["refresh_token"], scope="openid").json()
    assert less["scope"] == "openid"
    assert provider.api(less["access_token"]).status_code == 403
    again = provider.refreshed(client, less["refresh_token"]).json()
    assert again["scope"] == "openid cases:read offline_access"


def test_a_refresh_token_ends_thirty_days_after_the_sign_in(provider: RunningProvider) -> None:
    """However often it was renewed."""
    client, citizen = provider.client(), provider.citizen()
    tokens: dict[str, Any] = provider.tokens(citizen, client)
    provider.clock.move(timedelta(days=29, hours=23))
    tokens = provider.refreshed(client, tokens["refresh_token"]).json()
    provider.clock.move(timedelta(hours=1))
    assert refusal(provider.refreshed(client, tokens["refresh_token"])) == INVALID_GRANT


def undo(provider: RunningProvider, citizen: Citizen) -> None:
    """Undo a citizen's link, as the console does."""
    mine = link(citizen.number).id
    with provider.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE identity_links SET undone_at = linked_at, undone_by = 'a_1' WHERE id = '{mine}'"
        )


def test_a59_a_link_undone_before_the_tokens_gives_none(provider: RunningProvider) -> None:
    """Between login and token the person may turn out to be somebody else."""
    client, citizen = provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    undo(provider, citizen)
    assert refusal(provider.redeemed(client, code)) == INVALID_GRANT


def test_a59_a_link_undone_afterwards_ends_every_token(provider: RunningProvider) -> None:
    """Userinfo, status API and refreshing stop at once, though the token itself is not over."""
    client, citizen = provider.client(), provider.citizen()
    tokens = provider.tokens(citizen, client)
    undo(provider, citizen)
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    assert provider.api(tokens["access_token"]).status_code == 401
    assert refusal(provider.refreshed(client, tokens["refresh_token"])) == INVALID_GRANT


def test_a59_revoking_by_link_ends_every_grant_of_it(provider: RunningProvider) -> None:
    """What the console calls when it undoes a link: every client, every session."""
    citizen, clients = provider.citizen(), [provider.client(), provider.client()]
    tokens = [provider.tokens(citizen, client) for client in clients]
    with provider.store.begin() as tx:
        now = provider.clock.now()
        assert tx.portal_grants.revoke_of_link(f"l_{citizen.number}", "link_undone", now) == 2
        assert tx.portal_grants.revoke_of_link(f"l_{citizen.number}", "link_undone", now) == 0
    assert {provider.userinfo(each["access_token"]).status_code for each in tokens} == {401}
