"""OAuth2 client credentials: a token kept until shortly before it ends, and fetched anew once when refused.

Source: RFC 6749, 4.4 and 5.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import quote

import requests

from bridge.adapters.sources.http_json import ADDRESS, ADDRESS_MEANING, JsonClient
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.rest.auth import VISIBLE, basic_value
from bridge.errors import PermanentError

_LEFT = timedelta(seconds=30)
_USUAL_S = 300


@dataclass(slots=True)
class ClientCredentials:
    """A token of our own; `client` asks the address of tokens."""

    client: JsonClient
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None
    in_header: bool
    _token: str | None = field(default=None, repr=False)
    _until: datetime | None = None

    def headers(self) -> Mapping[str, str]:
        """Give the token, fetched when there is none that lasts. Raises: TransientError, PermanentError."""
        now = self.client.clock.now()
        if self._token is None or self._until is None or self._until <= now:
            self._token, lasts_s = self.client.again(self._fetched)
            self._until = now + max(timedelta(seconds=lasts_s) - _LEFT, timedelta(seconds=1))
        return {"Authorization": f"Bearer {self._token}"}

    def signed(self, query: str) -> str:
        """Give the query as it is."""
        return query

    def renew(self) -> bool:
        """Forget the token the service refused."""
        self._token = None
        return True

    def _fetched(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"} | ({"scope": self.scope} if self.scope else {})
        headers = {"Accept": "application/json"}
        if self.in_header:
            # Each part is form-encoded first: RFC 6749, 2.3.1.
            pair = (quote(part, safe="") for part in (self.client_id, self.client_secret))
            headers["Authorization"] = basic_value(*pair)
        else:
            form |= {"client_id": self.client_id, "client_secret": self.client_secret}
        request = requests.Request("POST", self.client.url, data=form, headers=headers)
        source = self.client.source
        try:
            answer = self.client.send(request)
        except PermanentError as error:
            # Its own code: a 401 here is no token that ended, and asking again could close the account.
            problem = f"{source}: no token: {error.explanation}"
            raise PermanentError(problem, system=source, code="source.token") from None
        match answer.content:
            case {"access_token": str(token), **others} if VISIBLE.fullmatch(token):
                lasts = others.get("expires_in")
                return token, float(lasts) if isinstance(lasts, int | float | str) and _counts(
                    lasts
                ) else _USUAL_S
        raise PermanentError(f"{source}: no token in the answer", system=source, code="source.token")


def _counts(lasts: float | str) -> bool:
    return str(lasts).replace(".", "", 1).isdigit()


def client_credentials(options: Options, client: JsonClient) -> ClientCredentials:
    """Give OAuth2; `client` is the service's own, whose session, pace and clock are shared.

    Raises: ConfigurationError.
    """
    placed = options.one_of("secret_in", ("header", "body")) if "secret_in" in options.given else "header"
    address = options.matching("token_url", ADDRESS, ADDRESS_MEANING)
    return ClientCredentials(
        client=replace(client, url=address),
        client_id=options.text("client_id"),
        client_secret=options.text("client_secret"),
        scope=options.optional_text("scope"),
        in_header=placed == "header",
    )
