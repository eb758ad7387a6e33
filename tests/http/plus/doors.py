"""Two doors into one service: FranceConnect and FranceConnect+."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from tests.servers.bridge import PLUS, V2, RunningBridge
from tests.servers.franceconnect import StandIn

SECRET = "secret-essai-" + "0" * 51


@dataclass
class Doors:
    """The running service and the stand-ins of both platforms."""

    bridge: RunningBridge
    v2: StandIn
    plus: StandIn

    def called_back_at(self, browser: requests.Session, login: str = "test", door: str = PLUS) -> str:
        """Go through a door and its provider's pages; give the address of the way back."""
        provider = self.plus if door == PLUS else self.v2
        return provider.answered(browser, self.bridge.start(browser, door).url, login)

    def sign_in(self, browser: requests.Session, login: str = "test", door: str = PLUS) -> requests.Response:
        """Sign in all the way; give our answer."""
        return self.bridge.get(browser, self.called_back_at(browser, login, door))


def registered(doors: Doors, **changes: Any) -> None:
    """Register the service at both; `changes` are members of both registrations."""
    url = doors.bridge.url
    for name, provider, door in (("v2", doors.v2, V2), ("plus", doors.plus, PLUS)):
        provider.order(
            "clients",
            **{
                "client_id": name,
                "client_secret": SECRET,
                "redirect_uris": [f"{url}/login/{door}/callback"],
                "post_logout_redirect_uris": [f"{url}/logout/callback"],
                "jwks_uri": f"{url}/login/{door}/jwks",
                **changes,
            },
            **({"scopes": PLUS_SCOPES, "allows_eidas": True} if name == "plus" else {}),
        )


PLUS_SCOPES = ["openid", "identite_pivot", "preferred_username", "email", "amr", "rnipp_identite_pivot"]
