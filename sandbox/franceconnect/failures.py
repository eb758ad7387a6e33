"""What FranceConnect shows or sends back for each failure: code, HTTP status, OAuth error.

Source: FranceConnect's public error catalogue. The French sentences here are the stand-in's own.
"""

from __future__ import annotations

from dataclasses import dataclass

TECHNICAL = "Une erreur technique est survenue. Fermez cet onglet, puis recommencez depuis le service."
SERVICE = "Le service en ligne et FranceConnect ne se comprennent pas. Réessayez plus tard."
IDENTITY = "Vos données d’identité n’ont pas permis d’aboutir."

_ABORTED = "user authentication aborted"
_BROKEN = "authentication aborted due to a technical error on the authorization server"


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of the catalogue."""

    code: str
    status: int
    error: str
    description: str
    message: str


_ALL = (
    Failure("Y010004", 403, "access_denied", _ABORTED, IDENTITY),
    Failure("Y010006", 403, "access_denied", _ABORTED, IDENTITY),
    Failure("Y010007", 403, "access_denied", _ABORTED, IDENTITY),
    Failure("Y010008", 403, "access_denied", _ABORTED, IDENTITY),
    Failure("Y010009", 403, "access_denied", _ABORTED, TECHNICAL),
    Failure("Y010011", 504, "temporarily_unavailable", _BROKEN, TECHNICAL),
    Failure("Y010012", 504, "temporarily_unavailable", _BROKEN, TECHNICAL),
    Failure("Y010013", 400, "server_error", _BROKEN, TECHNICAL),
    Failure("Y010015", 403, "access_denied", _ABORTED, "Cette identité ne permet plus de se connecter."),
    Failure("Y020023", 403, "access_denied", _ABORTED, "Ce service n’accepte pas ce fournisseur d’identité."),
    Failure("Y030007", 400, "invalid_request", "invalid parameters", TECHNICAL),
    Failure("Y030028", 400, "invalid_request", "claims parameter is not valid JSON", SERVICE),
    Failure("Y040001", 400, "server_error", _BROKEN, TECHNICAL),
    Failure("Y04A8220", 400, "invalid_client_metadata", "sector_identifier_uri is not usable", SERVICE),
    Failure("Y04C013C", 400, "invalid_redirect_uri", "redirect_uri is not registered", SERVICE),
    Failure("Y04EA6EF", 400, "invalid_client", "client is invalid", SERVICE),
    Failure("Y100001", 403, "access_denied", _ABORTED, "Ce moyen de connexion n’est pas assez sûr."),
    Failure("Y100009", 400, "invalid_request", "amr claim is not allowed for this client", SERVICE),
    Failure("Y180001", 403, "access_denied", _ABORTED, "L’accès par FranceConnect a été désactivé."),
    Failure("Y190001", 401, "access_denied", _ABORTED, "Votre session FranceConnect a expiré."),
    Failure("Y600006", 400, "server_error", _BROKEN, IDENTITY),
    Failure("Y600020", 403, "access_denied", _ABORTED, "Le mandat de l’aidant ne couvre pas ce service."),
)
FAILURES = {failure.code: failure for failure in _ALL}
