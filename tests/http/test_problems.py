"""Every refusal has one shape, says what to do next, and repeats nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.store import SqlStore
from bridge.errors import BudgetError, PermanentError, TransientError
from bridge.http import problems
from bridge.http.access import Access, open_to
from bridge.http.problem_words import words
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.http.answers import body_of, refusal
from tests.http.site import COOKIE, HOST, Browser, Site

CANARY = "Zéphyrine Canari-Têtu"


def add_route(app: Flask, path: str, view: Any) -> None:
    """Add a route that everybody may call; the application has answered nothing yet."""
    app.add_url_rule(path, path, open_to(Access.EVERYONE)(view), methods=["GET", "POST"])


def broken() -> str:
    """Fail as a library does, with a name in the text and in a local variable."""
    person = {"family_name": CANARY}
    raise LookupError(f"no record for {person}")


def busy() -> str:
    """Fail as an adapter does when the other side is away."""
    raise TransientError(CANARY, system="salesforce", retry_after_s=7.4)


def spent() -> str:
    """Fail as an adapter does when the org's allowance is spent for an hour."""
    raise BudgetError(CANARY, system="salesforce", resume_at=datetime.now(UTC) + timedelta(hours=1))


def renewed() -> str:
    """Fail as an adapter does when the allowance came back meanwhile."""
    raise BudgetError(CANARY, system="salesforce", resume_at=datetime.now(UTC) - timedelta(hours=1))


def refused() -> str:
    """Fail as an adapter does when the other side refuses for good, with a code of its own."""
    raise PermanentError(CANARY, system="salesforce", code="salesforce.INVALID_FIELD")


def reading() -> str:
    """Read the whole body."""
    return str(len(request.get_data()))


@pytest.fixture
def broken_site(site: Site) -> Site:
    """Give the application with more routes, in the API and among the pages."""
    for view in (broken, busy, spent, renewed, refused, reading):
        add_route(site.app, f"/api/v1/{view.__name__}", view)
    add_route(site.app, "/broken", broken)
    return site


def test_an_unknown_path_of_the_api_is_a_problem(site: Site) -> None:
    """404 without an HTML page."""
    for path in ("/api/", "/api/v1/", "/api/v2/cases", "/health/x"):
        assert refusal(site.visitor().get(path)) == (404, "http.404")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_a68_the_api_only_reads(site: Site, method: str) -> None:
    """405 names what is allowed, whatever the body asks to change."""
    answer = site.citizen(1).open("/api/v1/cases", method=method, json={"status": "closed"})
    assert refusal(answer) == (405, "http.405")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert body_of(answer)["title"] == "Cette adresse ne permet pas cela."


def test_a74_a_body_that_is_too_large_is_refused_unread(broken_site: Site) -> None:
    """413 from the declared length alone."""
    browser = broken_site.visitor()
    assert browser.post("/api/v1/reading", data=b"x" * 256 * 1024).text == str(256 * 1024)
    answer = browser.post("/api/v1/reading", data=b"x" * (256 * 1024 + 1))
    assert refusal(answer) == (413, "http.413")
    assert body_of(answer)["title"] == "C’est trop long pour nous."


def test_a82_a134_the_text_of_an_unexpected_error_goes_nowhere(
    broken_site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the answer nor any log holds the name; the log holds the type and the same id."""
    answer = broken_site.visitor().get("/api/v1/broken")
    assert refusal(answer) == (500, "internal")
    written = "".join([*capfd.readouterr(), caplog.text])
    assert "LookupError" in written
    line = broken.__code__.co_firstlineno + 3
    assert f"test_problems.py:{line}" in written
    assert body_of(answer)["correlation_id"] in written
    for text in (answer.text, str(answer.headers), written):
        assert not {"Zéphyrine", "Canari", "Z\\u00e9", "Traceback"} & set(text.replace("-", " ").split())
        assert "Canari" not in text
        assert "Traceback" not in text
        assert "sqlalchemy" not in text.lower()


def test_a82_the_page_of_an_unexpected_error_says_what_to_do(broken_site: Site) -> None:
    """Words first, the number to give to the town hall last, no stack, no product name."""
    answer = broken_site.visitor().get("/broken")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "Quelque chose n’a pas marché de notre côté." in answer.text
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Canari" not in answer.text
    assert "Server" not in answer.headers


def test_a_failing_neighbour_is_503_with_a_time(broken_site: Site) -> None:
    """`Retry-After` is the neighbour's own, and its words stay inside."""
    answer = broken_site.visitor().get("/api/v1/busy")
    assert refusal(answer) == (503, "remote.unavailable")
    assert answer.headers["Retry-After"] == "7"
    assert "Canari" not in answer.text


def test_a_spent_allowance_is_503_until_it_comes_back(broken_site: Site) -> None:
    """`Retry-After` counts to the moment the allowance is renewed, and is never nothing."""
    answer = broken_site.visitor().get("/api/v1/spent")
    assert refusal(answer) == (503, "remote.budget")
    assert 3590 <= int(answer.headers["Retry-After"]) <= 3600
    assert broken_site.visitor().get("/api/v1/renewed").headers["Retry-After"] == "1"


def test_a_refusing_neighbour_is_502_under_one_code(
    broken_site: Site, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Which refusal it was is for our log alone; the words say whose turn it is."""
    answer = broken_site.visitor().get("/api/v1/refused")
    assert refusal(answer) == (502, "remote.refused")
    assert body_of(answer)["title"] == "Un service dont nous dépendons refuse notre demande."
    assert body_of(answer)["detail"].startswith("C’est à nous de réparer cela.")
    assert "INVALID_FIELD" not in answer.text
    assert "salesforce.INVALID_FIELD" in "".join([*capfd.readouterr(), caplog.text])


def test_our_own_refusal_by_franceconnect_keeps_its_code() -> None:
    """A code of the sign-in is part of what we publish."""
    assert (
        problems.published(PermanentError("", system="franceconnect", code="login.provider"))
        == "login.provider"
    )


def test_a_delivery_that_is_not_signed_reads_so() -> None:
    """A machine is not told to press a button of FranceConnect's."""
    said = words(401, "webhook.signature")
    assert said.title["fr"] == "Cet envoi n’est pas signé comme convenu."
    assert "FranceConnect" not in said.advice["fr"] + said.advice["en"]


@pytest.mark.parametrize("code", ["login.denied", "login.anything"])
def test_both_languages_say_the_same_of_a_sign_in_that_failed(code: str) -> None:
    """The English reader learns as much as the French one."""
    said = words(401, code)
    assert said.title == {"fr": "La connexion n’a pas abouti.", "en": "The sign-in was not completed."}


@pytest.mark.parametrize("path", ["/oauth2/x", "/metrics", "/api"])
def test_only_paths_of_machines_answer_as_to_machines(site: Site, path: str) -> None:
    """Whatever else does not exist is told to a person."""
    answer = site.visitor().get(path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_language_link_of_a_problem_does_not_ask_again_what_failed(site: Site) -> None:
    """Following it on a page that answers no GET would only fail otherwise."""
    answer = site.citizen(1).get("/logout")
    assert answer.status_code == 405
    assert 'href="/?langue=en"' in answer.text
    assert 'href="?langue=' not in answer.text


def test_a_page_that_does_not_exist_leads_home(site: Site) -> None:
    """A person gets a page, with a way back, in French and in English."""
    french = site.visitor().get("/demande")
    english = site.visitor().get("/demande", headers={"Accept-Language": "en"})
    assert (french.status_code, french.mimetype) == (404, "text/html")
    assert "Cette page n’existe pas." in french.text
    assert "This page does not exist." in english.text
    assert 'href="/"' in french.text
    assert french.headers["Cache-Control"] == "private, no-store"


def test_a84_a_page_that_needs_a_session_leads_back_to_it(site: Site) -> None:
    """401 on a page leads through the sign-in back to it, not to a form of the browser's own."""
    answer = site.visitor().get("/demandes/c_1")
    assert (answer.status_code, answer.mimetype) == (401, "text/html")
    assert "Il faut vous connecter." in answer.text
    assert 'href="/login/franceconnect?next=/demandes/c_1"' in answer.text
    assert "S’identifier avec FranceConnect" in answer.text
    assert "/login/franceconnect" not in site.visitor().get("/demande").text
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdef0123456789", True),
        ("short", False),
        ("x" * 65, False),
        ("a b\tcdefgh", False),
        ("é" * 9, False),
    ],
)
def test_a_request_id_is_taken_over_when_it_is_harmless(site: Site, given: str, kept: bool) -> None:
    """A proxy's id goes through to the answer; anything odd is replaced."""
    answer = site.visitor().get("/health/live", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


@pytest.fixture
def stranded(clock: FakeClock) -> Browser:
    """Give a browser with a session cookie, in front of a database nobody answers at."""
    engine = create_store_engine("postgresql://nobody@127.0.0.1:1/gone")
    browser = Site.over(SqlStore(engine, FakeVault()), clock).visitor()
    browser.set_cookie(COOKIE, "x" * 43, domain=HOST, secure=True)
    return browser


def test_without_its_database_the_api_asks_for_patience(stranded: Browser) -> None:
    """503 with a time to come back, and not a word of the driver."""
    answer = stranded.get("/api/v1/cases")
    assert refusal(answer) == (503, "database.unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert "psycopg" not in answer.text


def test_without_its_database_a_page_asks_for_patience(stranded: Browser) -> None:
    """The page is drawn all the same."""
    answer = stranded.get("/")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Le service est indisponible pour le moment." in answer.text


def test_without_its_database_the_process_is_alive_and_not_ready(stranded: Browser) -> None:
    """A load balancer takes it out, a supervisor does not kill it."""
    assert stranded.get("/health/live").status_code == 200
    answer = stranded.get("/health/ready")
    assert answer.status_code == 503
    assert body_of(answer) == {"status": "unavailable", "parts": {"database": "unavailable"}}


def test_with_a_database_of_another_shape_it_is_not_ready(clock: FakeClock) -> None:
    """A database without our tables answers, and serves nobody."""
    engine = create_store_engine("sqlite://")
    answer = Site.over(SqlStore(engine, FakeVault()), clock).visitor().get("/health/ready")
    engine.dispose()
    assert answer.status_code == 503


def test_a_writer_at_work_does_not_make_it_unready(site: Site) -> None:
    """SQLite lets one write at a time; whether it answers is only a question."""
    with site.store.begin():
        assert site.visitor().get("/health/ready").status_code == 200


def test_with_its_database_it_is_ready(either_site: Site) -> None:
    """Each part is named; a clock that stands still beside the database's is told."""
    answer = either_site.visitor().get("/health/ready")
    told = dict(body_of(answer))
    skew_s = told.pop("database_clock_skew_s", 0)
    assert (answer.status_code, told) == (200, {"status": "ok", "parts": {"database": "ok"}})
    assert bool(skew_s) is (either_site.store._engine.dialect.name == "postgresql")
