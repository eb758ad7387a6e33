"""One stand-in served over real HTTP, put back to its start before each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests

from sandbox.franceconnect.app import build
from tests.sandbox.franceconnect.driving import StandIn
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@pytest.fixture(scope="session")
def served() -> Iterator[StandIn]:
    found: dict[str, str] = {}

    def application(address: str) -> WSGIApplication:
        app, ready = build(address)
        found.update({name: str(value) for name, value in ready.items()})
        return app.wsgi_app

    with serving(application), requests.Session() as session:
        yield StandIn(session=session, **found)


@pytest.fixture
def fc(served: StandIn) -> StandIn:
    served.order("reset")
    served.session.cookies.clear()
    return served
