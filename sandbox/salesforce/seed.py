"""The rows an org has before anyone writes: itself and its integration user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.salesforce.records.coercion import format_datetime
from sandbox.salesforce.storage import SqlValue, Storage

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org


def seed(org: Org) -> None:
    """Write the organization and its users, anew in a file that already holds them."""
    stamp = format_datetime(org.clock().replace(microsecond=0))
    common: dict[str, SqlValue] = {
        "IsDeleted": 0,
        "CreatedDate": stamp,
        "CreatedById": org.user_id,
        "LastModifiedDate": stamp,
        "LastModifiedById": org.user_id,
        "SystemModstamp": stamp,
    }
    _insert(org.storage, "Organization", {**common, "Id": org.organization_id, **_ORGANIZATION})
    names = {"Username": org.credentials.username, "Id": org.user_id}
    _insert(org.storage, "User", {**common, **_USER, **names})
    _insert(org.storage, "User", {**common, **_USER, **_AGENT, "Id": org.agent_id})


def _insert(storage: Storage, table: str, row: Mapping[str, SqlValue]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    with storage.transaction() as connection:
        connection.execute(
            f'INSERT OR REPLACE INTO "{table}" ({columns}) VALUES ({marks})',  # noqa: S608 - names of this file
            list(row.values()),
        )


_ORGANIZATION: dict[str, SqlValue] = {
    "Name": "Ville de démonstration",
    "Country": "FR",
    "InstanceName": "FRA00",
    "IsSandbox": 1,
    "OrganizationType": "Enterprise Edition",
    "DefaultLocaleSidKey": "fr_FR",
    "LanguageLocaleKey": "fr",
    "TimeZoneSidKey": "Europe/Paris",
}
_USER: dict[str, SqlValue] = {
    "FirstName": "Integration",
    "LastName": "User",
    "Name": "Integration User",
    "Email": "integration@example.org",
    "Alias": "integ",
    "CommunityNickname": "integration",
    "IsActive": 1,
    "UserType": "Standard",
    "TimeZoneSidKey": "Europe/Paris",
    "LocaleSidKey": "fr_FR",
    "LanguageLocaleKey": "fr",
    "EmailEncodingKey": "UTF-8",
}
_AGENT: dict[str, SqlValue] = {
    "Username": "agent@ville.example",
    "FirstName": "Camille",
    "LastName": "Agent",
    "Name": "Camille Agent",
    "Email": "agent@example.org",
    "Alias": "cagent",
    "CommunityNickname": "agent",
}
