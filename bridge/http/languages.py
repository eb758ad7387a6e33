"""Which language an answer is in: French unless English is asked for."""

from __future__ import annotations

from flask import Response, current_app, request

LANGUAGES = ("fr", "en")
_COOKIE = "langue"
_YEAR_S = 365 * 24 * 3600


def language() -> str:
    """Give `fr` or `en` as the request's Accept-Language asks; `fr-CA` is French."""
    for wanted, quality in request.accept_languages:
        primary = wanted.split("-")[0].lower()
        if quality and primary in LANGUAGES:
            return primary
    return LANGUAGES[0]


def page_language() -> str:
    """Give the language of a page: chosen by its link, else earlier, else by the browser."""
    for chosen in (request.args.get(_COOKIE), request.cookies.get(_COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    return language()


def remember_language(response: Response) -> Response:
    """Keep a choice made by link; the cookie holds two letters and names nobody."""
    if request.args.get(_COOKIE) in LANGUAGES:
        # The scheme of our public address: behind a proxy that ends TLS the request itself is plain http.
        secure = current_app.config["PREFERRED_URL_SCHEME"] == "https"
        response.set_cookie(
            _COOKIE, page_language(), max_age=_YEAR_S, httponly=True, secure=secure, samesite="Lax"
        )
    return response
