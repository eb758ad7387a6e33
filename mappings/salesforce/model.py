"""What a Salesforce mapping file says once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Owner = Literal["source", "agents", "citizen"]
OWNERS: tuple[Owner, ...] = ("source", "agents", "citizen")


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of an object. What agents or the citizen own is written at creation, never after.

    With `omit_empty` an unknown value leaves the field as it is; otherwise it empties it. `values` are
    those a picklist must have.
    """

    target: str
    owner: Owner
    source: str | None = None
    value: str | None = None
    max_length: int | None = None
    required: bool = False
    omit_empty: bool = False
    table: Mapping[str, str] | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SalesforceMapping:
    """One object of the org, the unique field it is upserted by, and what goes into each field."""

    file: str
    object_name: str
    external_id: str
    fields: tuple[FieldRule, ...]
