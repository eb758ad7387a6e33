"""Says at the end of a test run which streets were replayed."""

from __future__ import annotations

import pytest

REPLAYED = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell whether the real year was replayed, or only the slice that travels with the project."""
    if REPLAYED in config.stash:
        terminalreporter.section("the road")
        terminalreporter.line(config.stash[REPLAYED])
