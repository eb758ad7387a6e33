"""A real org for the contracts, when its credentials are given."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bridge.adapters.clock import SystemClock
from bridge.adapters.salesforce.connection import SalesforceConfig, SalesforceConnection

PREFIX = "BRIDGE_TEST_SALESFORCE_"


def connect() -> SalesforceConnection:
    """Give a client of the real org; skips the test when no credentials are given."""
    given = {
        name.removeprefix(PREFIX): value for name, value in os.environ.items() if name.startswith(PREFIX)
    }
    if "LOGIN_URL" not in given:
        pytest.skip(f"no real org: {PREFIX}LOGIN_URL, …CONSUMER_KEY and a secret or key are not set")
    key_file = given.get("PRIVATE_KEY_FILE")
    config = SalesforceConfig(
        login_url=given["LOGIN_URL"],
        consumer_key=given["CONSUMER_KEY"],
        consumer_secret=given.get("CONSUMER_SECRET"),
        username=given.get("USERNAME"),
        private_key_pem=Path(key_file).read_text() if key_file else None,
    )
    return SalesforceConnection(config, SystemClock())
