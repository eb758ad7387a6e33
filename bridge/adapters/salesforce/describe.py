"""What the org says of itself, to compare the mappings with and to see that it answers."""

from __future__ import annotations

import re
from typing import Any

from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.domain.record_ids import record_id
from bridge.errors import PermanentError, TransientError

_IDENTITY = re.compile(r"/id/([A-Za-z0-9]{15,18})/([A-Za-z0-9]{15,18})")
_OBJECT = re.compile(r"[A-Za-z]\w{0,79}")


def describe(connection: SalesforceConnection, object_name: str) -> dict[str, Any]:
    """Give the object's description: `{name, keyPrefix, fields: [{name, type, length, externalId, …}], …}`.

    Raises: TransientError, BudgetError, PermanentError.
    """
    if not _OBJECT.fullmatch(object_name):
        raise PermanentError("Not the name of an object", system=SYSTEM, code="salesforce.invalid_type")
    return dict(connection.read(f"sobjects/{object_name}/describe", object_name))


def ping(connection: SalesforceConnection) -> str:
    """Give the identity address of the user the bridge works as, after a login and one call.

    Raises: TransientError, BudgetError, PermanentError.
    """
    return str(connection.read("", "API").get("identity", ""))


def organization_id(connection: SalesforceConnection) -> str:
    """Give the id of the org, 18 characters, which its outbound messages bear.

    Raises: TransientError, BudgetError, PermanentError.
    """
    return _identity(connection, 1)


def user_id(connection: SalesforceConnection) -> str:
    """Give the id of the user the bridge works as, 18 characters, which our own changes bear.

    Raises: TransientError, BudgetError, PermanentError.
    """
    return _identity(connection, 2)


def _identity(connection: SalesforceConnection, part: int) -> str:
    named = _IDENTITY.search(ping(connection))
    found = record_id(named[part]) if named else None
    if found is None:
        raise TransientError("The org does not say who it is", system=SYSTEM, code="remote.unreadable")
    return found


def versions(connection: SalesforceConnection) -> tuple[str, ...]:
    """Give the API versions the org speaks, oldest first, as `62.0`.

    Raises: TransientError, PermanentError.
    """
    found = connection.read_unversioned("/services/data")
    return tuple(str(entry["version"]) for entry in found)
