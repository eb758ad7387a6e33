"""The web process refuses to start rather than leave a door without its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.errors import ConfigurationError
from bridge.settings import load_settings
from run.web import check_webhook_sources, serve_web
from tests.test_settings import GOOD

SECRET = "ab" * 32


def test_a_secret_for_a_source_without_a_mapping_is_refused() -> None:
    """A misspelt name would leave the right source without its webhook, and nobody would know."""
    settings = load_settings(GOOD | {"BRIDGE_WEBHOOK_SECRETS": f"voirie:{SECRET} voiries:{SECRET}"})
    with pytest.raises(ConfigurationError) as caught:
        check_webhook_sources(settings)
    assert caught.value.explanation == "BRIDGE_WEBHOOK_SECRETS: no mapping is named voiries"


def test_secrets_of_known_sources_are_taken() -> None:
    """Two secrets of one source are a rotation under way."""
    secrets = f"voirie:{SECRET} voirie:{'cd' * 32} urbanisme:{SECRET}"
    check_webhook_sources(load_settings(GOOD | {"BRIDGE_WEBHOOK_SECRETS": secrets}))


def test_the_server_does_not_start_with_such_a_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is refused once, before any worker process is made."""
    monkeypatch.chdir(tmp_path)
    for name, value in (GOOD | {"BRIDGE_WEBHOOK_SECRETS": f"voiries:{SECRET}"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="voiries"):
        serve_web("127.0.0.1", 0, 1, 1)
    assert capfd.readouterr().out == ""
