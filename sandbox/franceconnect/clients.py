"""Service providers known to the stand-in, as the partner portal would have registered them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args
from urllib.parse import urlsplit

from sandbox.franceconnect.scopes import CLAIMS_OF_SCOPE, PLUS_CLAIMS_OF_SCOPE

SigningAlg = Literal["ES256", "RS256"]
SIGNING_ALGS: tuple[str, ...] = get_args(SigningAlg)
TokenAuthMethod = Literal["client_secret_post", "private_key_jwt"]
EncryptionAlg = Literal["ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"]
CHOICES: dict[str, tuple[str, ...]] = {
    "signing_alg": SIGNING_ALGS,
    "token_auth_method": get_args(TokenAuthMethod),
    "encryption_alg": get_args(EncryptionAlg),
}

# `amr` needs its own habilitation, so an ordinary service does not have it.
ORDINARY_SCOPES = tuple(scope for scope in CLAIMS_OF_SCOPE if scope != "amr")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One registration; clients that share an `entity_id` (by default the `client_id`) get the same `sub`.

    `jwks_uri` is where the service publishes its keys. `perimeters` are what a helper's mandate must cover.
    Raises: ValueError for return addresses on several hosts without a sector identifier.
    """

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    signing_alg: SigningAlg = "ES256"
    scopes: tuple[str, ...] = ORDINARY_SCOPES
    name: str = "Service en ligne d’essai"
    entity_id: str = ""
    idp_hints: tuple[str, ...] = ()
    token_auth_method: TokenAuthMethod = "client_secret_post"  # noqa: S105 - the name of a method, not a secret
    jwks_uri: str = ""
    encryption_alg: EncryptionAlg = "ECDH-ES"
    sector_identifier_uri: str = ""
    perimeters: tuple[str, ...] = ()
    allows_eidas: bool = False

    def __post_init__(self) -> None:
        hosts = {urlsplit(uri).netloc for uri in self.redirect_uris}
        if len(hosts) > 1 and not self.sector_identifier_uri:
            raise ValueError("several hosts need a sector_identifier_uri")
        sector = urlsplit(self.sector_identifier_uri)
        # Kinder than the real one: on this machine plain http will do.
        if sector.scheme == "http" and sector.hostname not in {"localhost", "127.0.0.1"}:
            raise ValueError("sector_identifier_uri must be a https uri")

    @property
    def sector(self) -> str:
        return self.entity_id or self.client_id

    @property
    def may_ask_amr(self) -> bool:
        return "amr" in self.scopes


PLUS_SCOPES = tuple(scope for scope in PLUS_CLAIMS_OF_SCOPE if scope != "amr")


def default_client() -> Client:
    """The service registered when the caller names none: a bridge running on port 8000 of this machine."""
    return Client(
        client_id="essai-service-local",
        client_secret="essai-secret-sans-valeur-" + "0" * 39,
        redirect_uris=("http://localhost:8000/login/franceconnect/callback",),
        post_logout_redirect_uris=("http://localhost:8000/logout/callback",),
        name="Service en ligne local",
    )


def default_plus_client() -> Client:
    """The same service, registered a second time at FranceConnect+."""
    return replace(
        default_client(),
        client_id="essai-service-local-plus",
        redirect_uris=("http://localhost:8000/login/franceconnect-plus/callback",),
        jwks_uri="http://localhost:8000/login/franceconnect-plus/jwks",
        scopes=(*PLUS_SCOPES, "amr"),
        allows_eidas=True,
    )
