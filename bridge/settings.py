"""Every setting, in one table, read and checked once at start.

Source of a value: the environment, else a `.env` file. A wrong or missing value stops the process
with its name and what was expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from bridge.errors import ConfigurationError
from bridge.setting_types import LOOPBACK, Address, KeyRing, OptionalAddress, SourceSecrets, Words

PREFIX = "BRIDGE_"
_SECRET_LENGTH = validate.Length(min=32, error="needs 32 characters or more")
_GIVEN = validate.Length(min=1, error="may not be empty")
_ISSUERS = ("franceconnect_issuer", "franceconnect_plus_issuer", "proconnect_issuer")
_REDIS = validate.Regexp(r"$|(rediss?|unix)://.", error="expected redis://…, rediss://… or unix://…")


def _text(meaning: str, **options: Any) -> fields.String:
    return fields.String(metadata={"meaning": meaning}, **options)


class SettingsSchema(Schema):
    """The table: name, meaning, default. `docs/operations.md` and `.env.example` are held against it."""

    class Meta:
        """Other programs' variables are none of ours."""

        unknown = EXCLUDE

    base_url = Address(required=True, metadata={"meaning": "public address of the bridge, no trailing slash"})
    secret_key = _text(
        "signs form tokens and cursors; 32 characters or more", required=True, validate=_SECRET_LENGTH
    )
    database_url = _text(
        "where the truth lives: postgresql+psycopg://… in production, sqlite:///… on one machine",
        load_default="sqlite:///var/bridge.db",
        validate=_GIVEN,
    )
    redis_url = _text(
        "Redis for the door-bell: redis://… or unix://…; empty runs without it",
        load_default="",
        validate=_REDIS,
    )
    data_dir = _text("folder of fetched files, and of the logs of bridge up", load_default="var")
    sources_dir = _text("folder of the sources' YAML files; empty means the packaged ones", load_default="")
    town_name = _text("name of the town on the pages", load_default="Issy-les-Moulineaux")
    hash_keys = KeyRing(
        required=True,
        metadata={"meaning": "keys of the pseudonyms, newest first: v2:<64 hex> v1:<64 hex>"},
    )
    encryption_keys = KeyRing(
        required=True,
        metadata={"meaning": "keys of what is sealed, newest first: v2:<64 hex> v1:<64 hex>"},
    )
    franceconnect_issuer = Address(
        load_default="https://oidc.franceconnect.gouv.fr/api/v2",
        metadata={"meaning": "FranceConnect's issuer, exactly"},
    )
    franceconnect_client_id = _text("client id given by FranceConnect", required=True, validate=_GIVEN)
    franceconnect_client_secret = _text("client secret given by FranceConnect", load_default="")
    franceconnect_acr = _text(
        "level asked", load_default="eidas1", validate=validate.OneOf(["eidas1", "eidas2", "eidas3"])
    )
    franceconnect_signing_alg = _text(
        "signature registered with FranceConnect",
        load_default="ES256",
        validate=validate.OneOf(["ES256", "RS256"]),
    )
    franceconnect_granted_scopes = Words(
        frozenset({"amr", "idp_birthdate", "idp_id"}),
        load_default=frozenset({"idp_birthdate"}),
        metadata={"meaning": "what the habilitation grants beyond identity and e-mail"},
    )
    franceconnect_helper_idps = Words(
        load_default=frozenset(),
        metadata={"meaning": "idp_id of the identity providers of helpers, Aidants Connect for one"},
    )
    franceconnect_plus_issuer = OptionalAddress(
        load_default="",
        metadata={"meaning": "FranceConnect+'s issuer, exactly; empty: not offered"},
    )
    franceconnect_plus_client_id = _text("client id given by FranceConnect+", load_default="")
    franceconnect_plus_client_secret = _text("client secret given by FranceConnect+", load_default="")
    franceconnect_plus_acr = _text(
        "level asked of FranceConnect+", load_default="eidas2", validate=validate.OneOf(["eidas2", "eidas3"])
    )
    franceconnect_plus_granted_scopes = Words(
        frozenset({"amr", "rnipp_identite_pivot"}),
        load_default=frozenset(),
        metadata={"meaning": "what that habilitation grants beyond identity and e-mail"},
    )
    franceconnect_private_key_file = _text(
        "private key in PEM for private_key_jwt at FranceConnect and FranceConnect+; empty: the secrets",
        load_default="",
    )
    proconnect_issuer = OptionalAddress(
        load_default="",
        metadata={"meaning": "ProConnect's issuer, exactly; empty: nobody enters the console"},
    )
    proconnect_client_id = _text("client id given by ProConnect", load_default="")
    proconnect_client_secret = _text("client secret given by ProConnect", load_default="")
    proconnect_signing_alg = _text(
        "signature registered with ProConnect",
        load_default="ES256",
        validate=validate.OneOf(["ES256", "RS256"]),
    )
    agents_siret = _text(
        "SIRET of the town: agents of another employer are refused",
        load_default="",
        validate=validate.Regexp(r"^(\d{14})?$", error="14 digits"),
    )
    reviews_confirmed_by_two = fields.Boolean(
        load_default=False, metadata={"meaning": "a second agent confirms each decision about a person"}
    )
    smtp_url = _text(
        "mail server for one-time codes: smtp://host:25 or smtps://user:password@host:465; empty: no e-mail",
        load_default="",
        validate=validate.Regexp(r"$|(smtps?)://.", error="expected smtp://… or smtps://…"),
    )
    mail_from = _text("sender of the town's e-mails", load_default="")
    sms_url = OptionalAddress(
        load_default="",
        metadata={"meaning": "SMS gateway for one-time codes, by HTTP; empty: no SMS"},
    )
    sms_token = _text("token of the SMS gateway", load_default="")
    salesforce_notification_token = _text(
        "secret end of the address the org's outbound messages go to; empty: that door is shut",
        load_default="",
        validate=validate.Regexp(r"^([A-Za-z0-9_-]{32,})?$", error="32 letters and digits or more"),
    )
    salesforce_login_url = Address(
        required=True, metadata={"meaning": "My Domain address of the org, or its login host"}
    )
    salesforce_consumer_key = _text("consumer key of the External Client App", required=True, validate=_GIVEN)
    salesforce_consumer_secret = _text("its secret, for client credentials", load_default="")
    salesforce_username = _text("integration user, for JWT bearer", load_default="")
    salesforce_private_key_file = _text("private key in PEM, for JWT bearer", load_default="")
    salesforce_api_version = _text(
        "API version", load_default="62.0", validate=validate.Regexp(r"^\d\d\.0$", error="reads like 62.0")
    )
    webhook_secrets = SourceSecrets(
        load_default=dict,
        metadata={"meaning": "who may say that a source moved: voirie:<64 hex> urbanisme:<64 hex>"},
    )
    trusted_proxies = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 5, error="a number from 0 to 5"),
        metadata={"meaning": "how many of our own proxies stand in front and write X-Forwarded-For"},
    )
    sandbox = fields.Boolean(
        load_default=False,
        metadata={"meaning": "allow http addresses and test secrets, on this machine only"},
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings as checked values; secrets do not show in its repr."""

    base_url: str
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    data_dir: str
    sources_dir: str
    town_name: str
    hash_keys: Mapping[str, bytes] = field(repr=False)
    encryption_keys: Mapping[str, bytes] = field(repr=False)
    franceconnect_issuer: str
    franceconnect_client_id: str
    franceconnect_client_secret: str = field(repr=False)
    franceconnect_acr: str
    franceconnect_signing_alg: str
    franceconnect_granted_scopes: frozenset[str]
    franceconnect_helper_idps: frozenset[str]
    franceconnect_plus_issuer: str
    franceconnect_plus_client_id: str
    franceconnect_plus_client_secret: str = field(repr=False)
    franceconnect_plus_acr: str
    franceconnect_plus_granted_scopes: frozenset[str]
    franceconnect_private_key_file: str
    proconnect_issuer: str
    proconnect_client_id: str
    proconnect_client_secret: str = field(repr=False)
    proconnect_signing_alg: str
    agents_siret: str
    reviews_confirmed_by_two: bool
    smtp_url: str = field(repr=False)
    mail_from: str
    sms_url: str
    sms_token: str = field(repr=False)
    salesforce_notification_token: str = field(repr=False)
    salesforce_login_url: str
    salesforce_consumer_key: str
    salesforce_consumer_secret: str = field(repr=False)
    salesforce_username: str
    salesforce_private_key_file: str
    salesforce_api_version: str
    webhook_secrets: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    trusted_proxies: int
    sandbox: bool
    environment: Mapping[str, str] = field(repr=False)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.base_url.startswith("https://")


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Give the settings.

    Raises: ConfigurationError naming each setting at fault and what was expected, all at once.
    """
    given = {
        name.removeprefix(PREFIX).lower(): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
    try:
        values = SettingsSchema().load(given)
    except ValidationError as error:
        raise ConfigurationError(_told(error.messages_dict)) from error
    settings = Settings(**values, environment=dict(environment))
    if faults := _unsafe(settings):
        raise ConfigurationError("\n".join(faults))
    return settings


def _told(messages: Mapping[str, Any]) -> str:
    lines = []
    for name, texts in sorted(messages.items()):
        meaning = SettingsSchema().fields[name].metadata["meaning"]
        lines.append(f"{PREFIX}{name.upper()}: {' '.join(texts)} ({meaning})")
    return "\n".join(lines)


def _unsafe(settings: Settings) -> list[str]:
    """What a production host may not run with."""
    faults = []
    by_secret = bool(settings.salesforce_consumer_secret)
    if not by_secret and not (settings.salesforce_username and settings.salesforce_private_key_file):
        faults.append(
            "BRIDGE_SALESFORCE_CONSUMER_SECRET, or BRIDGE_SALESFORCE_USERNAME with "
            "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: one of the two ways to sign in to the org is needed"
        )
    faults += _registrations(settings)
    if settings.sandbox:
        host = urlsplit(settings.base_url).hostname
        return faults if host in LOOPBACK else [*faults, "BRIDGE_SANDBOX: only for a loopback address"]
    faults += [
        f"{PREFIX}{name.upper()}: https:// is needed outside the sandbox"
        for name in ("base_url", "salesforce_login_url", *_ISSUERS)
        if getattr(settings, name) and not getattr(settings, name).startswith("https://")
    ]
    if len(set(settings.secret_key)) < 10 or "change" in settings.secret_key.lower():
        faults.append("BRIDGE_SECRET_KEY: looks like a default; make one with: openssl rand -hex 32")
    if set(settings.hash_keys.values()) & set(settings.encryption_keys.values()):
        faults.append("BRIDGE_ENCRYPTION_KEYS: a key may not serve as BRIDGE_HASH_KEYS too")
    if settings.salesforce_private_key_file and not Path(settings.salesforce_private_key_file).is_file():
        faults.append("BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: no such file")
    return faults


def _registrations(settings: Settings) -> list[str]:
    """What is missing to be known at FranceConnect, and at FranceConnect+ and ProConnect where offered."""
    key_file, faults = settings.franceconnect_private_key_file, []
    if key_file and not Path(key_file).is_file():
        faults.append("BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE: no such file")
    if not (settings.franceconnect_client_secret or key_file):
        faults.append("BRIDGE_FRANCECONNECT_CLIENT_SECRET: needed, or BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE")
    if settings.franceconnect_plus_issuer and not settings.franceconnect_plus_client_id:
        faults.append("BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID: needed with BRIDGE_FRANCECONNECT_PLUS_ISSUER")
    if settings.franceconnect_plus_issuer and not (settings.franceconnect_plus_client_secret or key_file):
        faults.append(
            "BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET: needed, or BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE"
        )
    needed = ("proconnect_client_id", "proconnect_client_secret", "agents_siret")
    missing = [name for name in needed if settings.proconnect_issuer and not getattr(settings, name)]
    return faults + [f"{PREFIX}{name.upper()}: needed with BRIDGE_PROCONNECT_ISSUER" for name in missing]
