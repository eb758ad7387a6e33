"""A process starts with settings it was right to start with, or says which ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import ConfigurationError
from bridge.settings import Settings, SettingsSchema, load_settings

OLD, NEW, OTHER = "ab" * 32, "cd" * 32, "ef" * 32
SECRET = "f3b1a0c9d8e7461520394857aabbccdd"
GOOD = {
    "BRIDGE_BASE_URL": "https://demarches.ville.fr",
    "BRIDGE_SECRET_KEY": SECRET,
    "BRIDGE_DATABASE_URL": "postgresql+psycopg://bridge:dbsecret@db/bridge",
    "BRIDGE_REDIS_URL": "redis://:redissecret@redis:6379/0",
    "BRIDGE_HASH_KEYS": f"v2:{NEW} v1:{OLD}",
    "BRIDGE_ENCRYPTION_KEYS": f"v1:{OTHER}",
    "BRIDGE_FRANCECONNECT_CLIENT_ID": "client-id",
    "BRIDGE_FRANCECONNECT_CLIENT_SECRET": "fcsecret",
    "BRIDGE_SALESFORCE_LOGIN_URL": "https://ville.my.salesforce.com",
    "BRIDGE_SALESFORCE_CONSUMER_KEY": "consumer-key",
    "BRIDGE_SALESFORCE_CONSUMER_SECRET": "sfsecret",
}
SANDBOX = {
    "BRIDGE_SANDBOX": "true",
    "BRIDGE_BASE_URL": "http://127.0.0.1:8000",
    "BRIDGE_FRANCECONNECT_ISSUER": "http://127.0.0.1:9001/api/v2",
    "BRIDGE_SALESFORCE_LOGIN_URL": "http://127.0.0.1:9002",
}
ADDRESS = "expected an address like https://demarches.ville.fr, no trailing slash."
HTTPS = "expected https:// (http:// is for this machine's own addresses)."
PLUS = {
    "BRIDGE_FRANCECONNECT_PLUS_ISSUER": "https://fcp.example/api/v2",
    "BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID": "plus-id",
    "BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET": "plussecret",
}
NO_WAY_IN = (
    "BRIDGE_SALESFORCE_CONSUMER_SECRET, or BRIDGE_SALESFORCE_USERNAME with "
    "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: one of the two ways to sign in to the org is needed"
)
KEYS = "expected v1:<64 hex digits>; make one with: openssl rand -hex 32."
SECRETS = (
    "expected source:<64 hex digits or more> or source:whsec_<base64 of 24 bytes or more>, "
    "separated by spaces."
)


def refusal(**changes: str) -> list[str]:
    """Give the lines these changes of good settings are refused with."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings(GOOD | changes)
    return caught.value.explanation.splitlines()


def test_good_settings_are_read() -> None:
    """Values are checked, typed and stripped; what is not set has the default of the table."""
    settings = load_settings(GOOD | {"BRIDGE_TOWN_NAME": "  Issy ", "PATH": "/bin"})
    assert settings.hash_keys == {"v2": bytes.fromhex(NEW), "v1": bytes.fromhex(OLD)}
    assert list(settings.hash_keys) == ["v2", "v1"]
    assert settings.town_name == "Issy"
    assert settings.franceconnect_issuer == "https://oidc.franceconnect.gouv.fr/api/v2"
    assert (settings.franceconnect_acr, settings.franceconnect_signing_alg) == ("eidas1", "ES256")
    assert (settings.sandbox, settings.is_https) == (False, True)
    assert settings.environment["PATH"] == "/bin"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BASE_URL", "demarches.ville.fr", ADDRESS),
        ("BASE_URL", "https://demarches.ville.fr/", ADDRESS),
        ("BASE_URL", "https://demarches.ville.fr?a=1", ADDRESS),
        ("BASE_URL", "https://demarches.ville.fr#a", ADDRESS),
        ("BASE_URL", "https://me:pw@demarches.ville.fr", ADDRESS),
        ("BASE_URL", "https://:pw@demarches.ville.fr", ADDRESS),
        ("BASE_URL", "ftp://demarches.ville.fr", ADDRESS),
        ("BASE_URL", "https://", ADDRESS),
        ("BASE_URL", "https://[demarches", ADDRESS),
        ("BASE_URL", "https://demarches.ville.fr:http", ADDRESS),
        ("BASE_URL", "http://demarches.ville.fr", HTTPS),
        ("FRANCECONNECT_ISSUER", "http://fc.example", HTTPS),
        ("SALESFORCE_LOGIN_URL", "", ADDRESS),
        ("SECRET_KEY", "short", "needs 32 characters or more"),
        ("HASH_KEYS", "", KEYS),
        ("HASH_KEYS", OLD, KEYS),
        ("HASH_KEYS", f"v1:{OLD[:-2]}", KEYS),
        ("HASH_KEYS", f"v1:{OLD}ab", KEYS),
        ("HASH_KEYS", "v1:" + "zz" * 32, KEYS),
        ("HASH_KEYS", f"v1:{OLD} {NEW}", KEYS),
        ("HASH_KEYS", f"v1:{OLD} v1:{NEW}", "expected each version once."),
        ("ENCRYPTION_KEYS", "v1:", KEYS),
        ("FRANCECONNECT_ACR", "eidas4", "Must be one of: eidas1, eidas2, eidas3."),
        ("FRANCECONNECT_SIGNING_ALG", "HS256", "Must be one of: ES256, RS256."),
        ("FRANCECONNECT_CLIENT_ID", "", "may not be empty"),
        (
            "FRANCECONNECT_GRANTED_SCOPES",
            "amr profile",
            "expected words among: amr idp_birthdate idp_id.",
        ),
        ("TRUSTED_PROXIES", "6", "a number from 0 to 5"),
        ("SALESFORCE_CONSUMER_KEY", "", "may not be empty"),
        ("DATABASE_URL", "", "may not be empty"),
        ("REDIS_URL", "localhost:6379", "expected redis://…, rediss://… or unix://…"),
        ("REDIS_URL", "http://localhost", "expected redis://…, rediss://… or unix://…"),
        ("SALESFORCE_API_VERSION", "62", "reads like 62.0"),
        ("WEBHOOK_SECRETS", "voirie:abcd", SECRETS),
        ("WEBHOOK_SECRETS", OLD, SECRETS),
        ("WEBHOOK_SECRETS", "voirie:whsec_", SECRETS),
        ("WEBHOOK_SECRETS", "voirie:whsec_not-base64-at-all-in-32-characters", SECRETS),
        ("WEBHOOK_SECRETS", "voirie:whsec_c2hvcnQgc2VjcmV0", SECRETS),
        ("SANDBOX", "perhaps", "Not a valid boolean."),
    ],
)
def test_a_wrong_value_names_its_setting_and_what_was_expected(name: str, value: str, expected: str) -> None:
    """The operator reads one line: which setting, what would be right, what it is for."""
    meaning = SettingsSchema().fields[name.lower()].metadata["meaning"]
    assert refusal(**{f"BRIDGE_{name}": value}) == [f"BRIDGE_{name}: {expected} ({meaning})"]


def test_every_fault_is_told_at_once() -> None:
    """An operator does not mend one line a start."""
    with pytest.raises(ConfigurationError) as caught:
        load_settings({"BRIDGE_SECRET_KEY": "short", "BRIDGE_SANDBOX": "perhaps"})
    named = [line.partition(":")[0] for line in caught.value.explanation.splitlines()]
    # Their pairs are looked at once every single value is right.
    pairs = {"BRIDGE_FRANCECONNECT_CLIENT_SECRET", "BRIDGE_SALESFORCE_CONSUMER_SECRET"}
    required = GOOD.keys() - {"BRIDGE_DATABASE_URL", "BRIDGE_REDIS_URL"} - pairs
    assert set(named) == required | {"BRIDGE_SANDBOX"}
    assert named == sorted(named)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "https://user:s3cr3t@host"),
        ("SECRET_KEY", "s3cr3t"),
        ("REDIS_URL", ":s3cr3t@redis:6379"),
        ("HASH_KEYS", "v1:s3cr3t"),
        ("ENCRYPTION_KEYS", "s3cr3t:00 s3cr3t:00"),
        ("SANDBOX", "s3cr3t"),
        ("FRANCECONNECT_ACR", "s3cr3t"),
    ],
)
def test_a_refusal_shows_no_value(name: str, value: str) -> None:
    """What was typed may be a secret, put in the wrong place; it is not repeated."""
    assert "s3cr3t" not in "".join(refusal(**{f"BRIDGE_{name}": value}))


def test_secrets_do_not_show() -> None:
    """A printed or logged object holds no secret, no key, no password of an address."""
    printed = repr(load_settings(GOOD))
    for secret in (SECRET, "dbsecret", "redissecret", "fcsecret", "sfsecret", OLD, NEW, OTHER):
        assert secret not in printed
    assert str(bytes.fromhex(OLD)) not in printed
    assert "https://demarches.ville.fr" in printed


def test_every_setting_of_the_table_is_a_field() -> None:
    """The table and the values have the same names, each with a meaning."""
    fields = SettingsSchema().fields
    assert set(fields) | {"environment"} == set(Settings.__dataclass_fields__)
    assert all(field.metadata["meaning"] for field in fields.values())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"BRIDGE_BASE_URL": "http://localhost:8000"},
            "BRIDGE_BASE_URL: https:// is needed outside the sandbox",
        ),
        (
            {"BRIDGE_FRANCECONNECT_ISSUER": "http://127.0.0.1:1"},
            "BRIDGE_FRANCECONNECT_ISSUER: https:// is needed outside the sandbox",
        ),
        (
            {"BRIDGE_SALESFORCE_LOGIN_URL": "http://[::1]:1"},
            "BRIDGE_SALESFORCE_LOGIN_URL: https:// is needed outside the sandbox",
        ),
        (
            {"BRIDGE_SECRET_KEY": "a" * 32},
            "BRIDGE_SECRET_KEY: looks like a default; make one with: openssl rand -hex 32",
        ),
        (
            {"BRIDGE_SECRET_KEY": "please-Change-me-0123456789-abcdef"},
            "BRIDGE_SECRET_KEY: looks like a default; make one with: openssl rand -hex 32",
        ),
        (
            {"BRIDGE_ENCRYPTION_KEYS": f"v9:{OLD}"},
            "BRIDGE_ENCRYPTION_KEYS: a key may not serve as BRIDGE_HASH_KEYS too",
        ),
        (
            {"BRIDGE_SALESFORCE_PRIVATE_KEY_FILE": "/nowhere/key.pem"},
            "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE: no such file",
        ),
        (
            {"BRIDGE_SALESFORCE_CONSUMER_SECRET": ""},
            NO_WAY_IN,
        ),
        (
            {"BRIDGE_FRANCECONNECT_CLIENT_SECRET": ""},
            "BRIDGE_FRANCECONNECT_CLIENT_SECRET: needed, or BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE",
        ),
        (
            {"BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE": "/nowhere/key.pem"},
            "BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE: no such file",
        ),
        (
            PLUS | {"BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID": ""},
            "BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID: needed with BRIDGE_FRANCECONNECT_PLUS_ISSUER",
        ),
        (
            PLUS | {"BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET": ""},
            "BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET: needed, or BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE",
        ),
        (
            PLUS | {"BRIDGE_FRANCECONNECT_PLUS_ISSUER": "http://127.0.0.1:1"},
            "BRIDGE_FRANCECONNECT_PLUS_ISSUER: https:// is needed outside the sandbox",
        ),
        ({"BRIDGE_SANDBOX": "true"}, "BRIDGE_SANDBOX: only for a loopback address"),
    ],
)
def test_what_a_production_host_may_not_run_with(changes: dict[str, str], expected: str) -> None:
    """Each unsafe setting stops the start with one sentence."""
    assert refusal(**changes) == [expected]


def test_every_unsafe_setting_is_told_at_once() -> None:
    """The list of what is unsafe is whole."""
    assert len(refusal(BRIDGE_BASE_URL="http://localhost", BRIDGE_SECRET_KEY="a" * 32)) == 2


def test_a_private_key_is_a_way_in_without_a_secret(tmp_path: Path) -> None:
    """JWT bearer needs a user and a key file, and no secret."""
    key = tmp_path / "key.pem"
    key.write_text("x")
    settings = load_settings(
        GOOD
        | {
            "BRIDGE_SALESFORCE_CONSUMER_SECRET": "",
            "BRIDGE_SALESFORCE_USERNAME": "bridge@ville.fr",
            "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE": str(key),
        }
    )
    assert settings.salesforce_private_key_file == str(key)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_sandbox_runs_on_this_machine(host: str) -> None:
    """Plain http and weak secrets are fine where nobody else can reach them."""
    changes = {"BRIDGE_BASE_URL": f"http://{host}:8000", "BRIDGE_SECRET_KEY": "a" * 32}
    settings = load_settings(GOOD | SANDBOX | changes)
    assert (settings.sandbox, settings.is_https) == (True, False)


def test_an_https_address_does_not_make_a_sandbox_public() -> None:
    """A trial configuration is refused on a name the world can reach."""
    assert refusal(**SANDBOX | {"BRIDGE_BASE_URL": "https://demarches.ville.fr"}) == [
        "BRIDGE_SANDBOX: only for a loopback address"
    ]


def test_redis_may_be_left_out() -> None:
    """Without Redis the product runs, slower."""
    assert load_settings(GOOD | {"BRIDGE_REDIS_URL": ""}).redis_url == ""
    assert load_settings(GOOD | {"BRIDGE_REDIS_URL": "unix:///run/r.sock"}).redis_url == "unix:///run/r.sock"
