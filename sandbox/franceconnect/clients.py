"""Service providers known to the stand-in, as the partner portal would have registered them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from sandbox.franceconnect.scopes import CLAIMS_OF_SCOPE

SigningAlg = Literal["ES256", "RS256"]
SIGNING_ALGS: tuple[str, ...] = get_args(SigningAlg)

# `amr` needs its own habilitation, so an ordinary service does not have it.
ORDINARY_SCOPES = tuple(scope for scope in CLAIMS_OF_SCOPE if scope != "amr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One registration; clients that share an `entity_id` (by default the `client_id`) get the same `sub`."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    signing_alg: SigningAlg = "ES256"
    scopes: tuple[str, ...] = ORDINARY_SCOPES
    name: str = "Service en ligne d’essai"
    entity_id: str = ""
    idp_hints: tuple[str, ...] = ()

    @property
    def sector(self) -> str:
        return self.entity_id or self.client_id

    @property
    def may_ask_amr(self) -> bool:
        return "amr" in self.scopes


def default_client() -> Client:
    """The service registered when the caller names none: a bridge running on port 8000 of this machine."""
    hosts = ("http://localhost:8000", "http://127.0.0.1:8000")
    return Client(
        client_id="essai-service-local",
        client_secret="essai-secret-sans-valeur-" + "0" * 39,
        redirect_uris=tuple(f"{host}/login/franceconnect/callback" for host in hosts),
        post_logout_redirect_uris=tuple(f"{host}/logout/callback" for host in hosts),
        name="Service en ligne local",
    )
