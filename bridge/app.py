"""The web application, in three steps: configuration, protections, routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from bridge.adapters.secrets import derived_key
from bridge.errors import RemoteError
from bridge.http.access import guard
from bridge.http.agents_door import agents_door
from bridge.http.api_docs import docs_blueprint
from bridge.http.bearer import announce_bearer
from bridge.http.belongings import belongings_blueprint
from bridge.http.cases import cases_blueprint
from bridge.http.console.routes import agents_console
from bridge.http.cookies import CookieJarPolicy
from bridge.http.correlation import follow_requests
from bridge.http.cursors import Cursors
from bridge.http.doubt import doubt_blueprint
from bridge.http.health import health_blueprint
from bridge.http.login import login_blueprint
from bridge.http.origins import Origins
from bridge.http.portal import portal_blueprint
from bridge.http.problems import answer_problems
from bridge.http.procedures import procedures_blueprint
from bridge.http.provider.cross_origin import hear_pages_of
from bridge.http.provider.routes import provider_blueprints
from bridge.http.registration import registration_blueprint
from bridge.http.security_headers import protect
from bridge.http.sessions import Sessions
from bridge.http.status_api import status_api
from bridge.settings import Settings
from bridge.usecases.ports import DATABASE_SKEW_TOLD_S
from bridge.wiring import Services

_BODY_LIMIT = 256 * 1024


def create_app(
    services: Services,
    doors: Iterable[Blueprint] = (),
    noted: Mapping[str, Callable[[], object]] | None = None,
) -> Flask:
    """Give the application for these services; `doors` are routes put beside its own, webhooks for one.

    `noted` are facts about this process that `/health/ready` tells while they are worth telling.
    """
    settings = services.settings
    app = Flask("bridge", template_folder="http/templates", static_folder="http/static")
    app.config.update(_configuration(settings))

    cookies = CookieJarPolicy(settings.base_url)
    sessions = Sessions(services.store, cookies, services.clock, services.provider.open_to_bearer)
    follow_requests(app)
    guard(app, sessions.current_session, sessions.current_agent)
    protect(app, https=settings.is_https, sign_in_origin=_sign_in_origins(settings))

    announce_bearer(app)
    hear_pages_of(app, services.provider.clients)

    api = status_api(app, cookies.session_name)
    secret = derived_key(settings.secret_key.encode(), "cursors").hex()
    api.register_blueprint(cases_blueprint(services.read_cases, Cursors(secret)))
    api.register_blueprint(procedures_blueprint(services.procedures, services.clock))
    app.register_blueprint(docs_blueprint(api))
    origins = Origins(derived_key(settings.secret_key.encode(), "origins"))
    app.register_blueprint(login_blueprint(services.sign_in, cookies, origins, services.sign_in_plus))
    app.register_blueprint(_registration(services))
    app.register_blueprint(agents_door(services.agent_sign_in, cookies, origins, sessions.current_agent))
    app.register_blueprint(portal_blueprint(services.read_cases, services.clock, settings.town_name))
    app.register_blueprint(doubt_blueprint(services.possession, settings.base_url))
    app.register_blueprint(belongings_blueprint(services.possession, services.read_cases, settings.base_url))
    app.register_blueprint(agents_console(services.desk, settings.base_url))
    app.register_blueprint(
        health_blueprint(
            {"database": lambda: _database_answers(services)},
            {
                "clock_skew_s": lambda: _clock_skew_s(services),
                "database_clock_skew_s": lambda: _database_skew_s(services),
                **(noted or {}),
            },
        )
    )
    for routes in provider_blueprints(services.provider, services.sign_in, cookies, origins):
        app.register_blueprint(routes)
    for door in doors:
        app.register_blueprint(door)
    answer_problems(app)
    if settings.trusted_proxies:
        # The address alone: scheme and host are our own settings'.
        proxied = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask's documentation does
    return app


def _registration(services: Services) -> Blueprint:
    plus = services.franceconnect_plus
    providers = [services.franceconnect, *([plus] if plus else [])]
    return registration_blueprint(
        [provider.config.redirect_uri for provider in providers],
        services.franceconnect.published_keys,
        plus.published_keys if plus else None,
    )


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "API_TITLE": "Suivi des demandes",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_CONTENT_LENGTH": _BODY_LIMIT,
        "TRUSTED_HOSTS": [urlsplit(settings.base_url).hostname],
        "PREFERRED_URL_SCHEME": urlsplit(settings.base_url).scheme,
        "PROPAGATE_EXCEPTIONS": False,
    }


def _clock_skew_s(services: Services) -> float | None:
    """The largest difference to a provider's clock that this process last saw."""
    providers = (services.franceconnect, services.franceconnect_plus)
    seen = [provider.clock_skew.seconds for provider in providers if provider]
    return max((seconds for seconds in seen if seconds is not None), key=abs, default=None)


def _database_skew_s(services: Services) -> float | None:
    """Leases end by our clock, and other machines read them by theirs: told once it is worth a look."""
    try:
        skew_s = services.store.clock_skew_s(services.clock.now())
    except RemoteError:
        return None
    return skew_s if abs(skew_s) > DATABASE_SKEW_TOLD_S else None


def _sign_in_origins(settings: Settings) -> str:
    issuers = (
        settings.franceconnect_issuer,
        settings.franceconnect_plus_issuer,
        settings.proconnect_issuer,
    )
    return " ".join(_origin(issuer) for issuer in issuers if issuer)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _database_answers(services: Services) -> bool:
    try:
        with services.store.read() as tx:
            tx.intake.health()
    except RemoteError:
        return False
    return True
