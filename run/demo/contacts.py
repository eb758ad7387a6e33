"""Two people the stand-in org knew before anybody signed in: one whole, one in half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from run.demo.visitor import TIMEOUT_S

_KNOWN_WHOLE = {
    "LastName": "Mercier",
    "FirstName": "Pierre",
    "Email": "pierre.mercier@citoyens.example",
    "FC_Birth_Name__c": "Mercier",
    "FC_Given_Names__c": "Pierre",
    "FC_Birth_Date__c": "1969-03-17",
    "FC_Birth_Date_Precision__c": "day",
    "FC_Gender__c": "male",
    "FC_Birth_Place__c": "95277",
    "FC_Birth_Country__c": "99100",
}
_KNOWN_IN_HALF = {
    "LastName": "Huché",
    "FirstName": "Anne-Laure",
    "Birthdate": "1945-09-30",
    "Email": "anne-laure.huche@citoyens.example",
    "MobilePhone": "06 12 34 56 78",
    "FC_Gender__c": "female",
    "FC_Birth_Country__c": "99100",
}
"""Nothing differs, the place of birth is missing: enough to send a code, not enough to link."""


def seed_contacts(org: Mapping[str, Any]) -> None:
    """Make the two Contacts, as an agent or an import would have, years ago."""
    address = f"{org['instance_url']}/services/data/v62.0/sobjects/Contact"
    for fields in (_KNOWN_WHOLE, _KNOWN_IN_HALF):
        headers = {"Authorization": f"Bearer {org['access_token']}"}
        requests.post(address, json=fields, headers=headers, timeout=TIMEOUT_S).raise_for_status()
