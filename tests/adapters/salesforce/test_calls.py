"""Reads are tried again when that is safe; writes are sent once."""

from __future__ import annotations

import pytest

from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.describe import describe, ping, versions
from bridge.errors import PermanentError, TransientError
from tests.servers.org import StandInOrg
from tests.servers.patience import wait_for

QUERY = "SELECT Id FROM Contact WHERE LastName = 'Dupont'"


@pytest.fixture
def connection(connection: SalesforceConnection) -> SalesforceConnection:
    """Give a client that is logged in, so that a fault meets its calls; one call is made."""
    connection.query(QUERY, "Contact")
    return connection


@pytest.mark.parametrize("status", [500, 420, 406, 429])
def test_a_read_survives_two_hiccups(org: StandInOrg, connection: SalesforceConnection, status: int) -> None:
    """A citizen who signs in does not notice an org that stumbles twice."""
    org.switch(status=status, calls=2)

    assert connection.query(QUERY, "Contact") == []
    assert connection.calls_made == 1 + 3


def test_a_read_gives_up_after_three(org: StandInOrg, connection: SalesforceConnection) -> None:
    """An org that stays away is reported, and nothing of the query is."""
    org.switch(status=500, calls=-1)

    with pytest.raises(TransientError) as caught:
        connection.query(QUERY, "Contact")

    assert connection.calls_made == 1 + 3
    assert caught.value.explanation == "Contact: UNKNOWN_EXCEPTION, fault 1-1 (1)"


def test_maintenance_is_not_knocked_at(org: StandInOrg, connection: SalesforceConnection) -> None:
    """Under maintenance one call is enough; the next comes a minute later at the earliest."""
    org.switch(status=503, calls=-1)

    with pytest.raises(TransientError) as caught:
        connection.query(QUERY, "Contact")

    assert (caught.value.code, caught.value.retry_after_s) == ("salesforce.http_503", 60.0)
    assert connection.calls_made == 1 + 1


def test_a_write_is_sent_once(org: StandInOrg, connection: SalesforceConnection) -> None:
    """Only the caller knows whether a change may be repeated."""
    org.switch(status=500, calls=-1)

    with pytest.raises(TransientError):
        connection.write("POST", "sobjects/Contact", {"LastName": "Dupont"}, "Contact")

    assert connection.calls_made == 1 + 1


def test_a_slow_answer_is_not_waited_for(org: StandInOrg, connection: SalesforceConnection) -> None:
    """Every call has a timeout although the client library sets none; the change may still be made later."""
    org.switch(latency_s=5.0)

    with pytest.raises(TransientError) as caught:
        connection.write("POST", "sobjects/Contact", {"LastName": "Dupont"}, "Contact")

    assert caught.value.code == "remote.timeout"
    org.switch(latency_s=0)
    wait_for(lambda: len(org.records("SELECT Id FROM Contact")) == 1)


def test_the_org_describes_an_object(connection: SalesforceConnection) -> None:
    """The fields a mapping needs can be looked for in the org."""
    fields = {field["name"]: field for field in describe(connection, "Case")["fields"]}

    assert fields["Source_Key__c"]["externalId"] is True
    assert fields["Subject"]["length"] == 255


@pytest.mark.parametrize("name", ["../Contact", "Contact/x", "", "Contact?x"])
def test_only_an_object_name_is_described(connection: SalesforceConnection, name: str) -> None:
    """A name from a file cannot lead to another resource."""
    with pytest.raises(PermanentError) as caught:
        describe(connection, name)

    assert (caught.value.code, connection.calls_made) == ("salesforce.invalid_type", 1)


def test_an_unknown_object_is_named(connection: SalesforceConnection) -> None:
    """An object the org does not have is told by name."""
    with pytest.raises(PermanentError) as caught:
        describe(connection, "Demande__c")

    assert caught.value.explanation.startswith("Demande__c: ")


def test_the_org_says_who_we_are_and_what_it_speaks(
    org: StandInOrg, connection: SalesforceConnection
) -> None:
    """The doctor learns that login, user and pinned version work."""
    assert ping(connection).startswith(f"{org.url}/id/00D")
    assert "62.0" in versions(connection)


def test_a_retired_version_is_a_configuration_fault(org: StandInOrg) -> None:
    """A pinned version the org no longer speaks stops everything at once, instead of parking records."""
    with org.connection(api_version="20.0") as connection, pytest.raises(PermanentError) as caught:
        ping(connection)

    assert caught.value.code == "salesforce.unsupported_api_version"
