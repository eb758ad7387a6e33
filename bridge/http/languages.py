"""Which language an answer is in: French unless English is asked for first."""

from __future__ import annotations

from flask import request

LANGUAGES = ("fr", "en")


def language() -> str:
    """Give `fr` or `en` for the request under way."""
    return request.accept_languages.best_match(LANGUAGES, "fr") or "fr"
