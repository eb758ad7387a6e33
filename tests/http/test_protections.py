"""What every answer tells the browser, and which hosts and origins are heard."""

from __future__ import annotations

import pytest
from flask import Flask

from bridge.errors import ForbiddenError
from bridge.http.access import OPEN_ENDPOINTS, Access, access_of, guard, open_to
from tests.adapters.store.samples import content
from tests.fakes.clock import FakeClock
from tests.http.answers import refusal
from tests.http.site import NOWHERE, NOWHERE_PLUS, Site

ANYWHERE = ["/", "/demandes/c_1", "/api/docs", "/api/v1/me", "/nowhere", "/health/live", "/static/town.css"]


@pytest.mark.parametrize("path", ANYWHERE)
def test_a87_every_answer_ties_the_browser_down(site: Site, path: str) -> None:
    """No script, nothing from elsewhere, in no frame, under TLS from now on."""
    answer = site.visitor().get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": f"'self' {NOWHERE} {NOWHERE_PLUS}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=()"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Server" not in answer.headers
    answer.close()


def test_without_tls_there_is_no_promise_of_tls(site: Site, clock: FakeClock) -> None:
    """A trial on this machine must not lock a browser out of http."""
    local = "http://127.0.0.1:8000"
    answer = Site.over(site.store, clock, base_url=local).visitor().get("/", base_url=local)
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


def test_a87_no_page_holds_script_or_style_of_its_own(site: Site) -> None:
    """The policy forbids them, so none may be there."""
    case = site.tell_one(content("PC-1"))
    browser = site.citizen(1)
    for path in ("/", f"/demandes/{case.id}", "/api/docs"):
        page = browser.get(path).text.lower()
        for forbidden in ("<script", "<style", " style=", " onclick=", "javascript:", "<iframe"):
            assert forbidden not in page


@pytest.mark.parametrize("path", ["/", "/api/v1/me", "/login/franceconnect", "/health/live", "/nowhere"])
@pytest.mark.parametrize(
    "host", ["evil.test", "demarches.ville.test.evil.test", "demarches.ville.test@evil.test", "127.0.0.1"]
)
def test_a34_another_host_is_refused(site: Site, path: str, host: str) -> None:
    """No address is ever built from a host the browser claims."""
    answer = site.visitor().get(path, base_url="https://demarches.ville.test", headers={"Host": host})
    assert refusal(answer) == (400, "request.host")
    assert "evil" not in answer.text + str(answer.headers)


def test_a34_a_forwarded_host_is_not_heard(site: Site) -> None:
    """What a proxy did not say under our own name changes nothing."""
    claimed = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "http", "X-Original-URL": "/api/v1/me"}
    answer = site.visitor().get("/", headers=claimed)
    assert answer.status_code == 200
    assert "evil.test" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "origin", ["null", "https://demarches.ville.test.evil.test", "https://evil.test", NOWHERE]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_a71_no_other_origin_may_read(site: Site, origin: str, method: str) -> None:
    """There is no cross-origin header at all, nor for a preflight."""
    claimed = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = site.citizen(1).open("/api/v1/cases", method=method, headers=claimed)
    assert not [name for name in dict(answer.headers) if name.lower().startswith("access-control")]


def test_every_route_states_who_may_call_it(site: Site) -> None:
    """A route that says nothing would be closed; here is the whole list, to be read by a person."""
    stated = {rule.rule: access_of(site.app, rule.endpoint) for rule in site.app.url_map.iter_rules()}
    everyone, citizen = Access.EVERYONE, Access.CITIZEN
    reader, reviewer = Access.READER, Access.REVIEWER
    assert stated == {
        "/": everyone,
        "/agents/": reader,
        "/agents/arrets": reader,
        "/agents/arrets/<kind>/<source>/<code>": reader,
        "/agents/arrets/<kind>/<source>/<code>/rejouer": reviewer,
        "/agents/doutes": reader,
        "/agents/doutes/<review_id>": reviewer,
        "/agents/doutes/<review_id>/confirmation": reviewer,
        "/agents/doutes/<review_id>/decision": reviewer,
        "/agents/arrets/correspondance/<source>": Access.REVIEWER,
        "/agents/demandes/<case_id>": Access.READER,
        "/agents/journal": Access.ADMINISTRATOR,
        "/agents/liens": reader,
        "/agents/liens/<link_id>": reader,
        "/agents/liens/<link_id>/defaire": reviewer,
        "/agents/motif": reader,
        "/agents/login": everyone,
        "/agents/login/callback": everyone,
        "/agents/login/proconnect": everyone,
        "/agents/logout": everyone,
        "/agents/logout/callback": everyone,
        "/.well-known/openid-configuration": everyone,
        "/api/docs": everyone,
        "/api/v1/cases": citizen,
        "/api/v1/cases/<case_id>": citizen,
        "/api/v1/cases/<case_id>/events": citizen,
        "/api/v1/me": citizen,
        "/api/v1/procedures": Access.EVERYONE,
        "/api/v1/procedures/<code>": Access.EVERYONE,
        "/api/v1/openapi.json": everyone,
        "/demandes/<case_id>": citizen,
        "/demandes/<case_id>/pas-a-moi": citizen,
        "/demandes/reclamer": citizen,
        "/health/live": everyone,
        "/health/ready": everyone,
        "/identite/code": citizen,
        "/identite/envoi": citizen,
        "/identite/recepisse": citizen,
        "/login/franceconnect": everyone,
        "/login/franceconnect/callback": everyone,
        "/login/franceconnect-plus": everyone,
        "/login/franceconnect-plus/callback": everyone,
        "/login/franceconnect-plus/jwks": everyone,
        "/login/franceconnect/jwks": everyone,
        "/login/franceconnect/sector_identifier": everyone,
        "/logout": everyone,
        "/logout/callback": everyone,
        "/oauth2/authorize": everyone,
        "/oauth2/continue/<request_id>": everyone,
        "/oauth2/jwks": everyone,
        "/oauth2/logout": everyone,
        "/oauth2/logout/return/<request_id>": everyone,
        "/oauth2/revoke": everyone,
        "/oauth2/token": everyone,
        "/oauth2/userinfo": everyone,
        "/static/<path:filename>": everyone,
    }
    assert set(site.app.view_functions) >= OPEN_ENDPOINTS


def test_a_route_that_does_not_say_who_may_call_it_is_closed(site: Site) -> None:
    """Forgetting the decorator refuses everybody, signed in or not."""
    site.app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    for browser in (site.visitor(), site.citizen(1)):
        answer = browser.get("/api/v1/forgotten")
        assert refusal(answer) == (403, ForbiddenError.code)
        assert "secret" not in answer.text


def test_a_route_for_citizens_is_closed_to_others() -> None:
    """The guard decides before the view runs, in any application it stands in."""
    app = Flask(__name__)
    guard(app, lambda request: None, lambda request: None)
    app.add_url_rule("/mine", "mine", open_to(Access.CITIZEN)(lambda: "mine"))
    app.add_url_rule("/ours", "ours", open_to(Access.EVERYONE)(lambda: "ours"))
    app.testing = True
    app.register_error_handler(Exception, lambda error: (type(error).__name__, 401))
    assert app.test_client().get("/ours").text == "ours"
    assert app.test_client().get("/mine").text == "NotSignedInError"
