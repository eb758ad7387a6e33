"""What our registration handler does, on the stand-in's rows: the Contact by its id, never by e-mail.

The Account an external user needs is the package's trigger's business; this org runs no Apex.
"""

from __future__ import annotations

import re

from sandbox.salesforce.auth_provider.relying_party import RefusedError, UserData
from sandbox.salesforce.auth_provider.visits import Flow, Visits
from sandbox.salesforce.ids import canonical_id, make_id
from sandbox.salesforce.org import Org
from sandbox.salesforce.records.coercion import format_datetime

_ID = re.compile(r"003[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?")
_USERS_FROM = 1000
_CERTIFIED = "FC_Subject__c"
"""The handler takes no Contact that the bridge did not certify."""


def registered(org: Org, visits: Visits, flow: Flow, data: UserData) -> str:
    """Give the id of this person's external user, made at the first sign-in. Raises: RefusedError."""
    key = (flow.provider.suffix, data.identifier)
    with visits.lock:
        if known := visits.accounts.get(key):
            return known
        contact_id = _contact_id(org, data)
        if _is_taken(org, contact_id):
            raise RefusedError("REGISTRATION_HANDLER_ERROR", "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT")
        user_id = _insert(org, data, contact_id, make_id("005", _USERS_FROM + len(visits.accounts)))
        visits.accounts[key] = user_id
        return user_id


def _contact_id(org: Org, data: UserData) -> str:
    given = data.attributes.get("contact_id", "")
    if not _ID.fullmatch(given):
        raise RefusedError("REGISTRATION_HANDLER_ERROR", "no contact_id in the user info response")
    contact_id = canonical_id(given) or given
    query = 'SELECT 1 FROM "Contact" WHERE "Id" = ? AND "IsDeleted" = 0'
    contact = org.schema.find("Contact")
    if contact and contact.find(_CERTIFIED):
        query += f' AND "{_CERTIFIED}" IS NOT NULL'
    if org.storage.connection().execute(query, (contact_id,)).fetchone() is None:
        raise RefusedError("REGISTRATION_HANDLER_ERROR", "no such Contact")
    return contact_id


def _is_taken(org: Org, contact_id: str) -> bool:
    query = 'SELECT 1 FROM "User" WHERE "ContactId" = ? AND "IsDeleted" = 0'
    return org.storage.connection().execute(query, (contact_id,)).fetchone() is not None


def _insert(org: Org, data: UserData, contact_id: str, user_id: str) -> str:
    stamp = format_datetime(org.clock().replace(microsecond=0))
    first, last = data.attributes.get("given_name", ""), data.attributes.get("family_name", "")
    if not last:
        raise RefusedError("REGISTRATION_HANDLER_ERROR", "REQUIRED_FIELD_MISSING: [LastName]")
    row = {
        "Id": user_id,
        "Username": f"{data.identifier}@citoyens.ville.example"[:80],
        "FirstName": first[:40],
        "LastName": last[:80],
        "Name": f"{first} {last}".strip()[:121],
        "Email": f"{data.identifier}@citoyens.ville.example"[:80],
        "Alias": data.identifier[-8:],
        "CommunityNickname": data.identifier[:40],
        "IsActive": 1,
        "UserType": "CspLitePortal",
        "TimeZoneSidKey": "Europe/Paris",
        "LocaleSidKey": "fr_FR",
        "LanguageLocaleKey": "fr",
        "EmailEncodingKey": "UTF-8",
        "ContactId": contact_id,
        "IsDeleted": 0,
        "CreatedDate": stamp,
        "CreatedById": org.user_id,
        "LastModifiedDate": stamp,
        "LastModifiedById": org.user_id,
        "SystemModstamp": stamp,
    }
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    with org.storage.transaction() as connection:
        connection.execute(
            f'INSERT INTO "User" ({columns}) VALUES ({marks})',  # noqa: S608 - names of this file
            list(row.values()),
        )
    return user_id
