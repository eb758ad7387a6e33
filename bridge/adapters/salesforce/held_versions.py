"""Which version of a case the org holds, asked for those it refused as older than its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from urllib.parse import quote

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.connection import Row, SalesforceConnection
from bridge.errors import RemoteError
from mappings.salesforce import SalesforceMapping

# Salesforce refuses an address of more than 16,384 bytes, headers included.
_LONGEST_LIST = 12_000


def version_field(mapping: SalesforceMapping) -> str:
    """Give the name of the field that holds the version."""
    return next(rule.target for rule in mapping.fields if rule.source == "version")


def held_versions(
    connection: SalesforceConnection, mapping: SalesforceMapping, keys: Collection[str]
) -> dict[str, int]:
    """Give the org's version by external id; nothing when it cannot be read, for the writes are made."""
    found: dict[str, int] = {}
    try:
        for piece in key_pieces(keys):
            for row in connection.query(_query(mapping, piece), mapping.object_name):
                found |= _version(mapping, row)
    except RemoteError:
        return found
    return found


def _query(mapping: SalesforceMapping, keys: list[str]) -> str:
    key, table = mapping.external_id, mapping.object_name
    columns = f"{key}, {version_field(mapping)}"
    query = f"SELECT {columns} FROM {table} WHERE {key} IN {{}} LIMIT {len(keys)}"  # noqa: S608 - field names come from the mapping, values through format_soql
    return str(format_soql(query, keys))


def _version(mapping: SalesforceMapping, row: Row) -> dict[str, int]:
    key, version = row.get(mapping.external_id), row.get(version_field(mapping))
    return {key: int(version)} if isinstance(key, str) and isinstance(version, (int, float)) else {}


def key_pieces(keys: Collection[str]) -> Iterator[list[str]]:
    """Give the keys in lists that fit in an address."""
    piece: list[str] = []
    length = 0
    for key in sorted(keys):
        size = len(quote(format_soql("{},", key), safe=""))
        if piece and length + size > _LONGEST_LIST:
            yield piece
            piece, length = [], 0
        piece.append(key)
        length += size
    if piece:
        yield piece
