"""A ProConnect that says over HTTP whatever a test makes it say, rightly signed unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.servers.forged_franceconnect import CLIENT_ID, SUBJECT, ForgedFranceConnect
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AGENT = {
    "sub": SUBJECT,
    "given_name": "Léa",
    "usual_name": "Martin",
    "email": "Lea.Martin@issy.example",
    "uid": "lea.martin",
    "siret": "21920040900015",
}


class ForgedProConnect(ForgedFranceConnect):
    """The same forge: only what is said of a person differs."""

    def identity(self, **changes: Any) -> dict[str, Any]:
        """Give the claims of a right userinfo answer, with changes; None takes a claim away."""
        moment = int(self.now.timestamp())
        right = AGENT | {"iss": self.issuer, "aud": CLIENT_ID, "iat": moment, "exp": moment + 60}
        return {name: value for name, value in (right | changes).items() if value is not None}


@contextmanager
def forged_proconnect(now: datetime) -> Iterator[ForgedProConnect]:
    """Serve one on a free port; `now` is the time its tokens are made at."""
    made: list[ForgedProConnect] = []

    def application(address: str) -> WSGIApplication:
        made.append(ForgedProConnect(f"{address}/api/v2", now))
        return made[0]

    with serving(application):
        yield made[0]
