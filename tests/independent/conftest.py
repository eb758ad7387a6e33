"""The bridge in processes of its own, in front of stand-ins, on the real clock: others read their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.crowd import Place, running_services
from bridge.wiring import Services

CITIZEN = "test"
"""A public test identity: Angela DUBOIS."""


@pytest.fixture(scope="package")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give the running bridge, FranceConnect and the org."""
    with running_services(tmp_path_factory.mktemp("independent")) as running:
        yield running


@pytest.fixture(scope="package")
def services(place: Place) -> Iterator[Services]:
    """Give the services of an operator's terminal, on the same store."""
    with place.trial.services() as found:
        yield found
