"""The whole application, registered at FranceConnect and at FranceConnect+."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from bridge.domain.contact import CertifiedPerson
from bridge.usecases.link_contact import LinkContact, LinkOutcome
from tests.http.plus.doors import SECRET, Doors, registered
from tests.servers.bridge import running_bridge
from tests.servers.franceconnect import LOCAL_PLUS, StandIn, stand_in_franceconnect
from tests.servers.org import StandInOrg, serving_org

SETTINGS = {
    "FRANCECONNECT_CLIENT_ID": "v2",
    "FRANCECONNECT_CLIENT_SECRET": SECRET,
    "FRANCECONNECT_GRANTED_SCOPES": "idp_birthdate idp_id",
    "FRANCECONNECT_HELPER_IDPS": "aidants-connect",
    "FRANCECONNECT_PLUS_CLIENT_ID": "plus",
    "FRANCECONNECT_PLUS_CLIENT_SECRET": SECRET,
    "FRANCECONNECT_PLUS_GRANTED_SCOPES": "amr rnipp_identite_pivot",
}


@pytest.fixture(scope="module")
def org() -> Iterator[StandInOrg]:
    """Give a stand-in org."""
    with serving_org() as running:
        yield running


@pytest.fixture(scope="module")
def v2() -> Iterator[StandIn]:
    """Give a stand-in FranceConnect."""
    with stand_in_franceconnect() as running:
        yield running


@pytest.fixture(scope="module")
def plus() -> Iterator[StandIn]:
    """Give a stand-in FranceConnect+."""
    with stand_in_franceconnect(LOCAL_PLUS) as running:
        yield running


@pytest.fixture(scope="module")
def running(org: StandInOrg, v2: StandIn, plus: StandIn) -> Iterator[Doors]:
    """Give the service of a module."""
    with running_bridge(org, v2.issuer, SETTINGS | {"FRANCECONNECT_PLUS_ISSUER": plus.issuer}) as bridge:
        yield Doors(bridge, v2, plus)


@pytest.fixture
def doors(running: Doors) -> Doors:
    """Give the running service, registered at both doors as on the first day."""
    for each in (running.v2, running.plus):
        each.order("reset")
    registered(running)
    return running


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    """Give a browser without cookies."""
    with requests.Session() as session:
        yield session


@pytest.fixture
def seen(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> list[CertifiedPerson]:
    """Give whom the providers certified, in order; linking goes on as usual."""
    people: list[CertifiedPerson] = []
    link = LinkContact.__call__

    def noted(self: LinkContact, person: CertifiedPerson) -> LinkOutcome:
        people.append(person)
        return link(self, person)

    monkeypatch.setattr(LinkContact, "__call__", noted)
    return people
