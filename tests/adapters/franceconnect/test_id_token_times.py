"""When the ID token was made, how sure it is and whom it names: rows A19, A20, A22 and A23."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.outbound import open_session
from bridge.errors import AssuranceError, SignInError
from tests.adapters.franceconnect.refusals import refusal
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import (
    NONCE,
    SUBJECT,
    ForgedFranceConnect,
    forged,
)


# oidcc-client-test-missing-exp among them
@pytest.mark.parametrize(
    "shift", [-31, 601, 315_360_000, None, "soon", True, 1.5, [60], float("1e300"), -(10**12), 10**400]
)
def test_a19_a_token_dead_or_living_too_long_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: Any
) -> None:
    """FranceConnect's tokens live one minute."""
    now = int(forger.now.timestamp())
    exp = now + shift if type(shift) is int else shift
    forger.send(forged(forger.claims(exp=exp), forger.key))
    assert refusal(provider).code == "login.expired"


def test_a19_a_number_out_of_range_is_refused(provider: FranceConnect, forger: ForgedFranceConnect) -> None:
    """JSON lets one write a number that no clock can show."""
    now = int(forger.now.timestamp())
    text = json.dumps(forger.claims()).replace(f'"exp": {now + 60}', '"exp": 1e400')
    assert "1e400" in text
    forger.send(forged(text, forger.key))
    assert refusal(provider).code == "login.expired"


@pytest.mark.parametrize("shift", [-30, 600])
def test_a19_the_bounds_of_expiry_are_still_good(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: int
) -> None:
    """A small difference of clocks locks nobody out."""
    forger.send(forged(forger.claims(exp=int(forger.now.timestamp()) + shift), forger.key))
    assert provider.identify("code", NONCE).person.subject == SUBJECT


# oidcc-client-test-missing-iat among them
@pytest.mark.parametrize("shift", [31, -301, -31_536_000, None, "now", True, 0.5])
def test_a20_a_token_not_issued_just_now_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: Any
) -> None:
    """A token kept aside, or made in advance, is not this sign-in's."""
    now = int(forger.now.timestamp())
    iat = now + shift if type(shift) is int else shift
    forger.send(forged(forger.claims(iat=iat), forger.key))
    assert refusal(provider).code == "login.issued_at"


@pytest.mark.parametrize("shift", [30, -300])
def test_a20_the_bounds_of_issue_are_still_good(
    provider: FranceConnect, forger: ForgedFranceConnect, shift: int
) -> None:
    """A real deployment met tokens from the near future."""
    forger.send(forged(forger.claims(iat=int(forger.now.timestamp()) + shift), forger.key))
    assert provider.identify("code", NONCE).person.subject == SUBJECT


@pytest.mark.parametrize("acr", [None, "eidas0", "eidas9", "EIDAS1", "", 1, ["eidas1"]])
def test_a22_a_level_missing_or_unknown_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, acr: Any
) -> None:
    """`acr_values` is only a wish: the level obtained must be compared."""
    forger.send(forged(forger.claims(acr=acr), forger.key))
    error = refusal(provider)
    assert isinstance(error, AssuranceError)
    assert error.code == "login.acr"


def test_a22_a_lower_level_is_refused_and_a_higher_one_accepted(
    config: FranceConnectConfig, clock: FakeClock, forger: ForgedFranceConnect
) -> None:
    """Levels have an order."""
    with open_session() as session:
        provider = FranceConnect(replace(config, acr="eidas2"), clock, session)
        assert refusal(provider).code == "login.acr"
        forger.send(forged(forger.claims(acr="eidas3"), forger.key))
        assert provider.identify("code", NONCE).person.acr == "eidas3"


# oidcc-client-test-missing-sub
@pytest.mark.parametrize("subject", [None, "", "x" * 256, "é" * 64, 12, ["x"]])
def test_a23_a_token_that_names_nobody_is_refused(
    provider: FranceConnect, forger: ForgedFranceConnect, subject: Any
) -> None:
    """The subject is what everything else hangs on."""
    forger.send(forged(forger.claims(sub=subject), forger.key))
    error = refusal(provider)
    assert isinstance(error, SignInError)
    assert error.code == "login.subject"
