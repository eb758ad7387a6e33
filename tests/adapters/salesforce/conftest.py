"""The stand-in org, and the adapters on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contacts import SalesforceContacts
from mappings.loader import load_salesforce
from tests.adapters.salesforce.scripted_org import ScriptedOrg
from tests.servers.loopback import serving
from tests.servers.org import StandInOrg

# Short enough to wait for in a test, long enough for a busy machine to write two hundred records.
PATIENCE = OutboundLimits(connect_timeout_s=2.0, read_timeout_s=4.0)


@pytest.fixture
def connection(org: StandInOrg) -> Iterator[SalesforceConnection]:
    """Give a client that waits four seconds at most."""
    with org.connection(limits=PATIENCE) as connection:
        yield connection


@pytest.fixture
def cases(connection: SalesforceConnection) -> SalesforceCases:
    """Give the CaseDirectory of the stand-in."""
    return SalesforceCases(connection, load_salesforce("case"))


@pytest.fixture
def contacts(connection: SalesforceConnection) -> SalesforceContacts:
    """Give the ContactDirectory of the stand-in."""
    return SalesforceContacts(connection, load_salesforce("contact"))


@pytest.fixture
def scripted() -> Iterator[ScriptedOrg]:
    """Give an org that answers what the test wrote down."""
    org = ScriptedOrg()
    with serving(org.at) as address:
        org.instance_url = address
        yield org
