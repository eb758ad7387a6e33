"""`bridge franceconnect keys`, and the doctor's look at FranceConnect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from run.cli import bridge
from tests.http.site import ENVIRONMENT
from tests.servers.franceconnect import LOCAL_PLUS, StandIn, stand_in_franceconnect

NOBODY = "http://127.0.0.1:1"
Command = Callable[..., str]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give the way to run a command with the settings of this machine alone, changed as asked."""
    here = {
        "BRIDGE_SANDBOX": "true",
        "BRIDGE_BASE_URL": "http://127.0.0.1:8000",
        "BRIDGE_DATABASE_URL": f"sqlite:///{tmp_path}/bridge.db",
        "BRIDGE_REDIS_URL": "",
    }
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **changes: str) -> str:
        for name, value in (ENVIRONMENT | here | changes).items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(bridge, arguments).output

    return run


@pytest.fixture
def plus() -> Iterator[StandIn]:
    """Give a stand-in FranceConnect+."""
    with stand_in_franceconnect(LOCAL_PLUS) as running:
        yield running


def test_keys_are_made_renewed_and_listed(command: Command) -> None:
    """The old generation is named until it opens nothing any more."""
    assert "none yet" in command("franceconnect", "keys", "list")
    assert command("franceconnect", "keys", "rotate").startswith("published: franceconnect-plus-1-")
    command("franceconnect", "keys", "rotate")
    new, old = command("franceconnect", "keys", "list").splitlines()
    assert new.startswith("franceconnect-plus-2-")
    assert new.endswith("published")
    assert old.startswith("franceconnect-plus-1-")
    assert "renewed" in old


def test_the_doctor_sees_both_registrations_and_the_clock(command: Command, plus: StandIn) -> None:
    """What cannot be reached is named, what answers is said to."""
    told = command(
        "doctor",
        BRIDGE_FRANCECONNECT_ISSUER=f"{NOBODY}/api/v2",
        BRIDGE_FRANCECONNECT_PLUS_ISSUER=plus.issuer,
        BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID="plus",
        BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET="secret",
        BRIDGE_SALESFORCE_LOGIN_URL=NOBODY,
    )
    assert "fault franceconnect: " in told
    assert "[login.unavailable]" in told
    assert "ok    franceconnect-plus: publishes its endpoints" in told
    assert "the two clocks agree; 2 keys of ours are published for it" in told
