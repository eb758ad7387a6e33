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

from marshmallow import ValidationError

from bridge.errors import ConfigurationError
from bridge.setting_table import SettingsSchema
from bridge.setting_types import LOOPBACK

__all__ = ["PREFIX", "Settings", "SettingsSchema", "load_settings"]

PREFIX = "BRIDGE_"
_ISSUERS = ("franceconnect_issuer", "franceconnect_plus_issuer", "proconnect_issuer")


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
    salesforce_bulk_from: int
    reconcile_hour: str
    webhook_secrets: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    webhook_quota: int
    raw_record_days: int
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
