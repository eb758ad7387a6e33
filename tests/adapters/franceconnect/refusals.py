"""How a sign-in is refused, for tests to compare."""

from __future__ import annotations

import pytest

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.errors import BridgeError
from tests.servers.forged_franceconnect import NONCE


def refusal(provider: FranceConnect, code: str = "code", nonce: str = NONCE) -> BridgeError:
    """Give the error a sign-in ends with."""
    with pytest.raises(BridgeError) as caught:
        provider.identify(code, nonce)
    return caught.value
