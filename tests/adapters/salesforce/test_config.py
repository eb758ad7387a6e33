"""A registration that cannot work, or would not be safe, is refused at start."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import RSAKey

from bridge.adapters.salesforce.connection import SalesforceConfig
from bridge.errors import ConfigurationError

KEY = RSAKey.generate_key(2048)
PRIVATE_PEM, PUBLIC_PEM = KEY.as_pem(private=True).decode(), KEY.as_pem(private=False).decode()
LOGIN = "https://town.my.salesforce.com"


@pytest.mark.parametrize(
    ("values", "setting"),
    [
        ({"login_url": "http://town.my.salesforce.com"}, "BRIDGE_SALESFORCE_LOGIN_URL"),
        ({"api_version": "v62.0"}, "BRIDGE_SALESFORCE_API_VERSION"),
        ({"consumer_secret": None}, "BRIDGE_SALESFORCE_CONSUMER_SECRET"),
        ({"username": "u"}, "BRIDGE_SALESFORCE_USERNAME"),
        ({"username": "u", "private_key_pem": "no key"}, "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE"),
        ({"username": "u", "private_key_pem": PUBLIC_PEM}, "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE"),
    ],
)
def test_a_registration_that_cannot_work_names_its_setting(values: dict[str, Any], setting: str) -> None:
    """The person who installs the product reads which setting to mend."""
    good: dict[str, Any] = {"login_url": LOGIN, "consumer_key": "k", "consumer_secret": "s"}

    with pytest.raises(ConfigurationError) as caught:
        SalesforceConfig(**{**good, **values})

    assert caught.value.explanation.startswith(setting)


def test_secrets_are_not_shown() -> None:
    """A registration in a log or a traceback tells no secret."""
    config = SalesforceConfig(LOGIN, "k", "s3cret", username="u", private_key_pem=PRIVATE_PEM)

    assert "s3cret" not in repr(config)
    assert "PRIVATE KEY" not in repr(config)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://town.my.salesforce.com", True),
        ("https://town--test.sandbox.my.salesforce.com", True),
        ("https://evil-salesforce.com", False),
        ("https://town.my.salesforce.com.evil.example", False),
        ("http://town.my.salesforce.com", False),
        ("http://127.0.0.1:8080", False),
        ("https://127.0.0.1:8080", False),
        ("not an address", False),
    ],
)
def test_an_org_lives_where_it_may(address: str, allowed: bool) -> None:
    """Only the platform's own hosts over https; loopback is for a stand-in whose login is there too."""
    assert SalesforceConfig(LOGIN, "k", "s").allows_instance(address) is allowed


def test_a_stand_in_may_live_on_loopback() -> None:
    """With a login on this machine the instance may be here as well."""
    assert SalesforceConfig("http://127.0.0.1:8080", "k", "s").allows_instance("http://127.0.0.1:8080")
