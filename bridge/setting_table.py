"""The table of settings: name, meaning, default, and what a value must look like."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from bridge.setting_types import Address, KeyRing, OptionalAddress, SourceSecrets, Words

_SECRET_LENGTH = validate.Length(min=32, error="needs 32 characters or more")
_GIVEN = validate.Length(min=1, error="may not be empty")
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
    salesforce_bulk_from = fields.Integer(
        load_default=2000, validate=validate.Range(0), metadata={"meaning": "due cases of one job; 0: never"}
    )
    reconcile_hour = _text(
        "hour of the night, 0 to 23 in Paris, at which store and org are compared; empty: never",
        load_default="3",
        validate=validate.Regexp(r"^([01]?\d|2[0-3])?$", error="an hour from 0 to 23, or nothing"),
    )
    webhook_secrets = SourceSecrets(
        load_default=dict,
        metadata={"meaning": "who may say that a source moved: voirie:<64 hex> urbanisme:whsec_<base64>"},
    )
    webhook_quota = fields.Integer(
        load_default=3000,
        validate=validate.Range(1, 1_000_000, error="a number from 1 to 1000000"),
        metadata={"meaning": "how many deliveries a minute each source may push; more are told to wait"},
    )
    raw_record_days = fields.Integer(
        load_default=30,
        validate=validate.Range(0, 366, error="a number from 0 to 366"),
        metadata={"meaning": "days a raw record is kept, sealed, for bridge remap; 0 keeps none"},
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
