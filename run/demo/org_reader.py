"""Reads every Case of the stand-in org with a client of its own, so that the check trusts nobody's word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import requests

from run.demo.visitor import TIMEOUT_S

_QUERY = "SELECT Source_Key__c, Legacy_Code__c, Phase__c, ContactId FROM Case"


def cases_of_org(org: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the Cases by external id. Raises: ValueError when two bear the same one."""
    headers = {"Authorization": f"Bearer {org['access_token']}"}
    address = f"{org['instance_url']}/services/data/v62.0/query?q={_QUERY.replace(' ', '+')}"
    cases: dict[str, dict[str, Any]] = {}
    while True:
        answer = requests.get(address, headers=headers, timeout=TIMEOUT_S)
        answer.raise_for_status()
        page = answer.json()
        for record in page["records"]:
            if record["Source_Key__c"] in cases:
                raise ValueError("two Cases bear the same external id")
            cases[record["Source_Key__c"]] = record
        if page["done"]:
            return cases
        address = urljoin(address, page["nextRecordsUrl"])
