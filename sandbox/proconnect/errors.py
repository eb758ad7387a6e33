"""Refusals: a page where the browser stays, with ProConnect's code."""

from __future__ import annotations

from dataclasses import dataclass

TECHNICAL = "Une erreur s’est produite, veuillez réessayer ultérieurement."
SERVICE = "Le service et ProConnect ne se comprennent pas."


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of ProConnect's catalogue; the sentences are the stand-in's own."""

    code: str
    status: int
    message: str


_ALL = (
    Failure("Y000400", 400, TECHNICAL),
    Failure("Y000404", 404, "Cette page n’existe pas."),
    Failure("Y030031", 400, SERVICE),
    Failure("Y030110", 400, "Votre session ProConnect est introuvable."),
    Failure("Y030111", 400, SERVICE),
    Failure("Y04A586", 400, SERVICE),
    Failure("Y500015", 403, "Ce service n’est pas ouvert au secteur privé."),
    Failure("InvalidClient", 400, "Client non trouvé."),
)
FAILURES = {failure.code: failure for failure in _ALL}


class PageError(Exception):
    """The browser stays on an error page showing `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.failure = FAILURES[code]
