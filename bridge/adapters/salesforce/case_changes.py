"""What others than us change in the org's Cases: walked by time and id, or read by id when one is named.

Source: Salesforce, SOQL: `SystemModstamp` is indexed and moves with every change, deletions included.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.case_values import case_values
from bridge.adapters.salesforce.connection import Row, SalesforceConnection
from bridge.adapters.salesforce.describe import user_id
from bridge.adapters.salesforce.field_texts import field_text
from bridge.adapters.salesforce.held_versions import version_field
from bridge.domain.case import Case, CaseKey
from bridge.domain.org_case import OrgCase
from bridge.usecases.ports import CaseMark, CaseNews
from mappings.errors import PayloadError
from mappings.salesforce import SalesforceMapping, payload

PAGE = 2_000
_MOST_IDS = 300
_MOST_PAGES = 10
CONTACT = "ContactId"
_NEITHER = frozenset({"observed_at", "mapping_version"})
_SYSTEM_FIELDS = (
    "Id",
    "IsDeleted",
    "LastModifiedById",
    "LastModifiedDate",
    "SystemModstamp",
    "MasterRecordId",
)


class SalesforceCaseChanges:
    """The CaseChanges of an org: one call when nothing happened, one more for 2,000 Cases others changed.

    What we wrote ourselves is left out by the query. It leaves the reserve of the daily API allowance alone.
    """

    def __init__(self, connection: SalesforceConnection, mapping: SalesforceMapping) -> None:
        self._connection = connection
        self._mapping = mapping
        self._version = version_field(mapping)
        self._owned = [
            rule.target
            for rule in mapping.fields
            if rule.owner == "source" and rule.target not in {mapping.external_id, CONTACT}
        ]
        self._compared = {
            rule.target for rule in mapping.fields if rule.owner == "source" and rule.source not in _NEITHER
        } - {mapping.external_id, CONTACT}
        self._own_user: str | None = None

    def own_user(self) -> str:
        """Give the id of the user we work as, asked once."""
        if self._own_user is None:
            self._own_user = user_id(self._connection)
        return self._own_user

    def since(self, mark: CaseMark) -> CaseNews:
        """Give a page of what others changed after a mark, deleted ones included.

        `(SystemModstamp, Id)` is the place in the walk, so that any number of Cases may share a moment.
        """
        self._connection.spare_reserve()
        by_others = format_soql("LastModifiedById != {}", self.own_user())
        order = f"ORDER BY SystemModstamp, Id LIMIT {PAGE}"
        found = self._read(f"({_after(mark)}) AND {by_others} {order}")
        following = CaseMark(found[-1].stamp, found[-1].salesforce_id) if len(found) == PAGE else None
        return CaseNews(tuple(found), following)

    def standing(self, salesforce_ids: Collection[str]) -> dict[str, OrgCase]:
        """Give these Cases as they are now, deleted ones included. One call for 300."""
        found: dict[str, OrgCase] = {}
        for piece in _pieces(salesforce_ids):
            self._connection.spare_reserve()
            found |= {case.salesforce_id: case for case in self._read(format_soql("Id IN {}", piece))}
        return found

    def differing(self, case: Case, found: OrgCase) -> tuple[str, ...]:
        """Give the fields the source owns in which the org has something else than we would write.

        The Contact is not among them: whose a request is follows rules of its own.
        """
        try:
            wanted = payload(self._mapping, case_values(case))
        except PayloadError:
            return ()  # the push says what cannot be written
        names = (name for name in wanted if name in self._compared)
        return tuple(name for name in names if field_text(wanted[name]) != field_text(found.values.get(name)))

    def restore_key(self, salesforce_id: str, key: CaseKey) -> None:
        """Write the external id back onto a Case that lost it. Raises: PermanentError when it is taken."""
        body = {self._mapping.external_id: key.external_id}
        path = f"sobjects/{self._mapping.object_name}/{salesforce_id}"
        self._connection.write("PATCH", path, body, self._mapping.object_name)

    def _read(self, condition: str) -> list[OrgCase]:
        columns = dict.fromkeys((*_SYSTEM_FIELDS, self._mapping.external_id, CONTACT, *self._owned))
        query = f"SELECT {', '.join(columns)} FROM {self._mapping.object_name} WHERE {condition}"  # noqa: S608 - field names come from the mapping, values through format_soql
        rows = self._connection.query_all(query, self._mapping.object_name, most_pages=_MOST_PAGES)
        return [self._case(row) for row in rows]

    def _case(self, row: Row) -> OrgCase:
        version = row.get(self._version)
        return OrgCase(
            salesforce_id=row["Id"],
            external_id=row.get(self._mapping.external_id) or None,
            version=int(version) if isinstance(version, (int, float)) else None,
            contact_id=row.get(CONTACT) or None,
            modified_by=row["LastModifiedById"],
            modified_at=datetime.fromisoformat(row["LastModifiedDate"]),
            stamp=datetime.fromisoformat(row["SystemModstamp"]),
            is_deleted=bool(row["IsDeleted"]),
            survivor_id=row.get("MasterRecordId") or None,
            values={name: row.get(name) for name in self._owned},
        )


def _after(mark: CaseMark) -> str:
    at = mark.covered_until.astimezone(UTC)
    if not mark.after_id:
        return str(format_soql("SystemModstamp >= {}", at))
    place = "SystemModstamp > {} OR (SystemModstamp = {} AND Id > {})"
    return str(format_soql(place, at, at, mark.after_id))


def _pieces(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _MOST_IDS):
        yield ordered[start : start + _MOST_IDS]
