"""Which field of Salesforce receives which value of ours."""

from __future__ import annotations

from mappings.salesforce.model import FieldRule, SalesforceMapping
from mappings.salesforce.outgoing import payload

__all__ = ["FieldRule", "SalesforceMapping", "payload"]
