"""Every Case of ours in the org, counted by a bulk query, in the form a comparison needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.bulk_query import BulkQuery
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.field_texts import field_text
from bridge.adapters.salesforce.held_versions import key_pieces, version_field
from bridge.domain.reconciliation import Counted, OurRow
from mappings.salesforce import SalesforceMapping, payload

_STATUS = ("status.phase", "status.outcome", "status.waiting_for", "status.tacit")
_BETWEEN = "\x1f"


class SalesforceCaseCensus:
    """The CaseCensus of an org: five calls, one more for 50,000 Cases."""

    def __init__(
        self, connection: SalesforceConnection, mapping: SalesforceMapping, bulk: BulkQuery | None = None
    ) -> None:
        self._connection = connection
        self._bulk = bulk or BulkQuery(connection, mapping.object_name)
        self._mapping = mapping
        self._key = mapping.external_id
        self._source = next(rule.target for rule in mapping.fields if rule.source == "source")
        self._version = version_field(mapping)
        rules = tuple(rule for rule in mapping.fields if rule.source in _STATUS)
        self._status = replace(mapping, fields=rules)
        self._told = lru_cache(maxsize=4096)(self._status_text)

    def open(self, source: str | None) -> str:
        """Have the org prepare the list; give the id of the job.

        A Case that lost its key is listed by its source, one that lost its source by its key.
        """
        if source is None:
            where = f"{self._key} != null OR {self._source} != null"
        else:
            by_source = format_soql(f"{self._source} = {{}}", source)
            where = f"{by_source} OR {self._key} LIKE '{format_soql('{:like}', source + ':')}%'"
        return self._bulk.open(self._select(where))

    def read(self, job_id: str) -> Iterator[Counted]:
        """Wait until the list is there, and give it row by row."""
        for row in self._bulk.rows(job_id):
            yield self._counted(row)

    def close(self, job_id: str) -> None:
        """Have the org forget the job."""
        self._bulk.close(job_id)

    def some(self, keys: Collection[str]) -> dict[str, tuple[Counted, ...]]:
        """Give the Cases under these external ids, read now; a few hundred keys a call."""
        found: dict[str, tuple[Counted, ...]] = {}
        for piece in key_pieces(keys):
            self._connection.spare_reserve()
            query = self._select(format_soql(f"{self._key} IN {{}}", piece))
            for row in self._connection.query(query, self._mapping.object_name):
                counted = self._counted(row)
                found[counted.external_id or ""] = (*found.get(counted.external_id or "", ()), counted)
        return found

    def told(self, row: OurRow) -> str:
        """Give what a Case of the org tells when it has what this row of ours holds."""
        return self._told(row.phase, row.outcome, row.waiting_for, row.tacit)

    def _status_text(self, *values: object) -> str:
        body = payload(self._status, dict(zip(_STATUS, values, strict=True)))
        return self._joined(body)

    def _joined(self, row: Mapping[str, object]) -> str:
        return _BETWEEN.join(field_text(row.get(rule.target)) for rule in self._status.fields)

    def _counted(self, row: Mapping[str, object]) -> Counted:
        version = field_text(row[self._version])
        return Counted(
            external_id=str(row[self._key] or "") or None,
            salesforce_id=str(row["Id"]),
            version=int(version) if version.isdecimal() else None,
            told=self._joined(row),
        )

    def _select(self, where: str) -> str:
        columns = ["Id", self._key, self._version, *(rule.target for rule in self._status.fields)]
        return f"SELECT {', '.join(columns)} FROM {self._mapping.object_name} WHERE {where}"  # noqa: S608 - field names come from the mapping, values through format_soql
