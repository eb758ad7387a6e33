"""Calls to the systems of the town that speak over HTTP, as their own clients make them."""

from __future__ import annotations

from typing import Any

import requests

from tests.sandbox.town.live import TIMEOUT_S, LiveTown


def client(town: LiveTown, system: str, scope: str, *, in_body: bool = False) -> requests.Session:
    """Give a session with a token of the hub."""
    ready = town.ready
    pair = (ready[f"{system}_client_id"], ready[f"{system}_client_secret"])
    form = {"grant_type": "client_credentials", "scope": scope}
    if in_body:
        form |= {"client_id": pair[0], "client_secret": pair[1]}
    answer = requests.post(
        ready[f"{system}_token_url"], data=form, auth=None if in_body else pair, timeout=TIMEOUT_S
    )
    assert answer.json()["token_type"] == "Bearer"
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def said(session: requests.Session, method: str, address: str, **others: Any) -> tuple[int, Any]:
    """Give status and JSON of a call."""
    answer = session.request(method, address, timeout=TIMEOUT_S, **others)
    return answer.status_code, answer.json() if answer.content[:1] in b"{[" and answer.content else None


def basic(town: LiveTown, system: str) -> tuple[str, str]:
    """Give the user and the password of a system."""
    return town.ready[f"{system}_user"], town.ready[f"{system}_password"]


def publik(town: LiveTown, path: str, **query: object) -> list[dict[str, Any]]:
    """Give a list of Publik."""
    address = f"{town.ready['publik_url']}/{path}"
    found: list[dict[str, Any]] = requests.get(
        address,
        params=query,  # type: ignore[arg-type]  # any printable value
        auth=basic(town, "publik"),
        timeout=TIMEOUT_S,
    ).json()
    return found


def platau(town: LiveTown) -> requests.Session:
    """Give a session of the town's actor."""
    session = client(town, "platau", "openid", in_body=True)
    session.headers["Id-Acteur-Appelant"] = town.ready["platau_actor"]
    return session


def openads(town: LiveTown, path: str, method: str = "GET", **others: Any) -> requests.Response:
    """Give an answer of openADS."""
    address = f"{town.ready['openads_url']}/{path}"
    return requests.request(method, address, auth=basic(town, "openads"), timeout=TIMEOUT_S, **others)


def atal(town: LiveTown, body: str, *, before: str = "", kind: str = "text/xml") -> requests.Response:
    """Give the answer to a SOAP message with this body."""
    name, rest = body[1:].split(">", 1) if not body.endswith("/>") else (body[1:-2], "")
    inner = f'<{name} xmlns="urn:atal:demande">{rest}' if rest else f'<{name} xmlns="urn:atal:demande"/>'
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    envelope = f'<s:Envelope xmlns:s="{soap}"><s:Body>{inner}</s:Body></s:Envelope>'
    return requests.post(
        town.ready["atal_url"],
        data=(before + envelope).encode(),
        headers={"Content-Type": kind},
        auth=basic(town, "atal"),
        timeout=TIMEOUT_S,
    )
