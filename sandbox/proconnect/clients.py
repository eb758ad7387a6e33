"""Services known to the stand-in, as ProConnect's partner space would have registered them."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.franceconnect.clients import SigningAlg

CLAIMS_OF_SCOPE: dict[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "given_name": ("given_name",),
    "usual_name": ("usual_name",),
    "email": ("email",),
    "uid": ("uid",),
    "siret": ("siret",),
    "siren": ("siren",),
    "organizational_unit": ("organizational_unit",),
    "belonging_population": ("belonging_population",),
    "phone": ("phone_number",),
    "idp_id": ("idp_id",),
    "idp_acr": ("idp_acr",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentService:
    """One registration; only some are open to the private sector."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    signing_alg: SigningAlg = "ES256"
    scopes: tuple[str, ...] = tuple(CLAIMS_OF_SCOPE)
    name: str = "Espace d’agents d’essai"
    accepts_private_sector: bool = False


def default_client() -> AgentService:
    """The service registered when the caller names none: a bridge running on port 8000 of this machine."""
    hosts = ("http://localhost:8000", "http://127.0.0.1:8000")
    return AgentService(
        client_id="essai-agents-local",
        client_secret="essai-secret-sans-valeur-" + "1" * 39,
        redirect_uris=tuple(f"{host}/agents/login/callback" for host in hosts),
        post_logout_redirect_uris=tuple(f"{host}/agents/logout/callback" for host in hosts),
    )
