"""Logging in, and what happens when a session ends."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.transport import PLACEHOLDER
from bridge.errors import PermanentError, RemoteError, TransientError
from tests.adapters.salesforce.scripted_org import EXPIRED, Answer, ScriptedOrg
from tests.contracts.requests_made import a_case
from tests.servers.org import StandInOrg

FOUND = Answer(200, {"totalSize": 0, "done": True, "records": []})
QUERY = "SELECT Id FROM Contact"


def test_nothing_is_sent_before_the_first_call(scripted: ScriptedOrg) -> None:
    """Putting the parts together needs no org."""
    with scripted.connection() as connection:
        assert (connection.logins, connection.calls_made) == (0, 0)

    assert scripted.forms == []


def test_the_jwt_bearer_flow_logs_in(org: StandInOrg) -> None:
    """A key and a username are enough, with no secret."""
    flow = {"consumer_secret": None, "username": org.ready["username"]}
    with org.connection(**flow, private_key_pem=org.private_key_pem) as connection:
        assert connection.query(QUERY, "Contact") == []
        assert connection.logins == 1


def test_the_secret_is_not_in_the_body(scripted: ScriptedOrg) -> None:
    """The client credentials flow has the secret in a header and only the grant in the form."""
    scripted.answers = [FOUND]
    with scripted.connection() as connection:
        connection.query(QUERY, "Contact")

    assert scripted.forms == ["grant_type=client_credentials"]


def test_a_session_that_ends_mid_batch_costs_one_login(
    org: StandInOrg, connection: SalesforceConnection, cases: SalesforceCases
) -> None:
    """The call that met the end of the session is sent again, whole, with one new session."""
    cases.upsert([a_case("1")])
    org.switch(expire_tokens="once")

    (answer,) = cases.upsert([a_case("2")])
    cases.upsert([a_case("3")])

    assert answer.error_code is None
    assert connection.logins == 2
    assert org.stats()["calls"]["login"] == 2
    assert org.stats()["writes"]["Case"] == {"created": 3}


def test_the_replayed_call_keeps_headers_and_body(scripted: ScriptedOrg) -> None:
    """Nothing the caller asked for is lost on the second sending; only the token differs."""
    scripted.answers = [Answer(401, EXPIRED), Answer(200, {})]
    with scripted.connection() as connection:
        connection._session.patch(
            f"https://{PLACEHOLDER}/services/data/v62.0/x",
            json={"Name": "Zoé"},
            headers={"If-Unmodified-Since": "yesterday"},
        )

    first, second = scripted.asked
    assert first.headers.pop("AUTHORIZATION") == "Bearer token-1"
    assert second.headers.pop("AUTHORIZATION") == "Bearer token-2"
    assert first == second
    assert second.headers["IF_UNMODIFIED_SINCE"] == "yesterday"


def test_many_threads_share_one_new_session(org: StandInOrg, connection: SalesforceConnection) -> None:
    """When the session ends under many calls, one of them logs in for all."""
    connection.query(QUERY, "Contact")
    org.switch(expire_tokens="once")
    start = threading.Barrier(6)
    found: list[list[dict[str, object]]] = []

    def ask() -> None:
        start.wait(5)
        found.append(connection.query(QUERY, "Contact"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [[]] * 6
    assert connection.logins == 2


def _refusals(connection: SalesforceConnection, times: int) -> set[tuple[type[RemoteError], str]]:
    seen = set()
    for _ in range(times):
        with pytest.raises(RemoteError) as caught:
            connection.query(QUERY, "Contact")
        seen.add((type(caught.value), caught.value.code))
    return seen


def test_a_lasting_refusal_is_no_login_loop(org: StandInOrg, connection: SalesforceConnection) -> None:
    """An org that refuses the sessions it opens gets three logins at most, whatever the number of calls."""
    org.switch(expire_tokens="always")

    assert _refusals(connection, 20) == {(PermanentError, "salesforce.invalid_session_id")}
    assert org.stats()["calls"]["login"] <= 3


def test_work_goes_on_when_the_refusal_is_over(org: StandInOrg, connection: SalesforceConnection) -> None:
    """A minute later one more login finds the org well again."""
    org.switch(expire_tokens="always")
    _refusals(connection, 2)
    org.switch(expire_tokens="")
    org.clock.move(timedelta(seconds=61))

    assert connection.query(QUERY, "Contact") == []


def test_a_refused_login_is_tried_once_a_minute(org: StandInOrg, connection: SalesforceConnection) -> None:
    """A wrong registration stops every call with a stable cause, and its free text is not kept."""
    org.switch(login_error="authentication failure for jeanne@ville.example")

    assert _refusals(connection, 20) == {(PermanentError, "salesforce.login.invalid_grant")}
    assert connection.logins == 1
    with pytest.raises(PermanentError) as caught:
        connection.query(QUERY, "Contact")
    assert caught.value.explanation == "The integration login was refused: invalid_grant"


def test_a_session_that_can_never_work_is_not_renewed(scripted: ScriptedOrg) -> None:
    """The same code with the text of a policy refusal costs no login."""
    never = [{**EXPIRED[0], "message": "This session is not valid for use with the REST API"}]
    scripted.answers = [Answer(401, never)]
    with scripted.connection() as connection:
        assert _refusals(connection, 1) == {(PermanentError, "salesforce.invalid_session_id")}
        assert connection.logins == 1


@pytest.mark.parametrize("body", [b"<html>", {"error": "x"}, [], [{"errorCode": "OTHER"}]])
def test_another_401_is_not_a_session_that_ended(scripted: ScriptedOrg, body: object) -> None:
    """A 401 of any other form is a refusal, not a reason to log in again."""
    scripted.answers = [Answer(401, body)]
    with scripted.connection() as connection:
        ((kind, code),) = _refusals(connection, 1)
        assert (kind, connection.logins) == (PermanentError, 1)

    assert code in {"salesforce.http_401", "salesforce.other"}


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (Answer(503, b"<html>"), TransientError, "remote.503"),
        (Answer(200, b"<html>"), TransientError, "remote.unreadable"),
        (Answer(200, {"access_token": ""}), TransientError, "remote.unreadable"),
        (Answer(400, b"<html>"), PermanentError, "salesforce.login.http_400"),
        (Answer(400, {"error": "Zoé Dupont"}), PermanentError, "salesforce.login.http_400"),
        (Answer(302, b"", (("Location", "/elsewhere"),)), PermanentError, "remote.redirected"),
    ],
)
def test_a_login_that_goes_wrong_says_what_to_do(
    scripted: ScriptedOrg, answer: Answer, kind: type[RemoteError], code: str
) -> None:
    """An outage of the login is waited out, a refusal needs a person."""
    scripted.login_answer = answer
    with scripted.connection() as connection:
        assert _refusals(connection, 1) == {(kind, code)}


def test_an_outage_of_the_login_is_not_hammered(scripted: ScriptedOrg) -> None:
    """Callers that come within five seconds of a failed login get its answer."""
    scripted.login_answer = Answer(503, b"<html>")
    with scripted.connection() as connection:
        _refusals(connection, 5)
        assert connection.logins == 1
        scripted.clock.move(timedelta(seconds=6))
        scripted.login_answer, scripted.answers = None, [FOUND]

        assert connection.query(QUERY, "Contact") == []


@pytest.mark.parametrize(
    "instance_url",
    ["https://evil.example", "https://salesforce.com.evil.example", "http://town.my.salesforce.com", "//x"],
)
def test_the_token_goes_to_no_other_instance(scripted: ScriptedOrg, instance_url: str) -> None:
    """A login that names a foreign or unprotected instance stops everything before a call is made."""
    scripted.instance_url = instance_url
    with scripted.connection() as connection:
        assert _refusals(connection, 1) == {(PermanentError, "salesforce.instance_refused")}
        assert connection.calls_made == 0


@pytest.mark.parametrize("address", ["https://evil.example/x", f"http://{PLACEHOLDER}/x"])
def test_a_call_to_another_host_is_stopped(scripted: ScriptedOrg, address: str) -> None:
    """No address in data can carry the token away."""
    with scripted.connection() as connection, pytest.raises(PermanentError) as caught:
        connection._session.get(address)

    assert caught.value.code == "salesforce.host_refused"


def test_a_proxy_for_others_is_not_used_on_loopback(
    scripted: ScriptedOrg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is chosen for the address really called."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    scripted.answers = [FOUND]

    with scripted.connection() as connection:
        assert connection.query(QUERY, "Contact") == []
