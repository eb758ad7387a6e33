"""A real org for the contracts, when its credentials are given."""

from __future__ import annotations

import os
from pathlib import Path

from bridge.adapters.clock import SystemClock
from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection

PREFIX = "BRIDGE_TEST_SALESFORCE_"


def is_given() -> bool:
    """Whether a real org was named."""
    return f"{PREFIX}LOGIN_URL" in os.environ


def connect() -> SalesforceConnection:
    """Give a client of the real org, from the credentials in the environment."""
    given = {
        name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX)
    }
    key_file = given.get("PRIVATE_KEY_FILE")
    config = SalesforceConfig(
        login_url=given["LOGIN_URL"],
        consumer_key=given["CONSUMER_KEY"],
        consumer_secret=given.get("CONSUMER_SECRET"),
        username=given.get("USERNAME"),
        private_key_pem=Path(key_file).read_text() if key_file else None,
    )
    return SalesforceConnection(config, SystemClock())
