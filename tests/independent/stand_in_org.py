"""The stand-in org as a developer starts it: a process of its own, over TLS."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from run.children import Children
from run.town_hall import plain_environment

TIMEOUT_S = 10


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Give the ready line of `bridge sandbox salesforce --tls`."""
    with Children(tmp_path_factory.mktemp("org") / "log") as children:
        command = [sys.executable, "-m", "run", "sandbox", "salesforce", "--tls"]
        yield dict(children.start_ready("salesforce", command, plain_environment()))


@pytest.fixture
def org(ready: dict[str, Any]) -> dict[str, Any]:
    """Give the same, of an org as on the first day."""
    requests.post(
        f"{ready['url']}/sandbox/reset", verify=ready["ca_file"], timeout=TIMEOUT_S
    ).raise_for_status()
    return ready
