"""What becomes of the org's Contacts: merged by agents, deleted, brought back.

Source: Salesforce, REST API, sObject Get Deleted; SOAP API, merge().
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from simple_salesforce.format import format_soql

from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.connection import Row, SalesforceConnection
from bridge.errors import AmbiguousContactError, PermanentError, TransientError
from bridge.usecases.ports import ContactNews, ContactStanding
from mappings.salesforce import SalesforceMapping

OVERLAP = timedelta(minutes=10)
"""How far each look goes back behind the last: a sign-in under way may link a Contact just merged."""
LOG_KEPT = timedelta(days=15)
_SHORTEST = timedelta(minutes=2)
_MOST_IDS = 300
_MOST_PAGES = 10
_TOO_MUCH = frozenset(
    {"salesforce.invalid_replication_date", "salesforce.exceeded_id_limit", "salesforce.too_many_rows"}
)
_TAKEN = "salesforce.duplicate_value"


class SalesforceContactChanges:
    """The ContactChanges of an org: two calls when nothing happened, one more for 300 Contacts looked at.

    It leaves the last tenth of the daily API allowance to sign-ins.
    """

    def __init__(self, connection: SalesforceConnection, mapping: SalesforceMapping) -> None:
        self._connection = connection
        self._certified = [rule.target for rule in mapping.fields if rule.source and rule.owner == "source"]
        self._subject = mapping.external_id

    def since(self, mark: datetime, now: datetime) -> ContactNews:
        """Give which Contacts went into the bin since, by the log of deletions and the losers of merges."""
        self._connection.spare_reserve()
        oldest = now - LOG_KEPT
        start = min(max(mark - OVERLAP, oldest), now - _SHORTEST)
        try:
            log = self._connection.read(_deleted(start, now), "Contact")
            deleted, begins, covered = _read_log(log)
            merged = self._losers(start)
        except PermanentError as error:
            if error.code not in _TOO_MUCH:
                raise
            return ContactNews(frozenset(), now, is_whole=False)
        return ContactNews(deleted | merged, covered, is_whole=max(begins, oldest) <= mark)

    def standing(self, contact_ids: Collection[str]) -> dict[str, ContactStanding]:
        """Give where each of these stands; one that is gone for good is left out. One call for 300."""
        found: dict[str, ContactStanding] = {}
        for piece in _pieces(contact_ids):
            self._connection.spare_reserve()
            columns = f"Id, IsDeleted, MasterRecordId, {self._subject}"
            query = format_soql(f"SELECT {columns} FROM Contact WHERE Id IN {{}}", piece)  # noqa: S608 - a field name from the mapping, values through format_soql
            for row in self._connection.query_all(query, "Contact", most_pages=1):
                found[row["Id"]] = ContactStanding(
                    row["Id"], bool(row["IsDeleted"]), row["MasterRecordId"], row[self._subject]
                )
        return found

    def merged_into(self, contact_ids: Collection[str]) -> frozenset[str]:
        """Give the Contacts that were merged into one of these. One call for 300."""
        found: set[str] = set()
        for piece in _pieces(contact_ids):
            self._connection.spare_reserve()
            query = format_soql("SELECT Id FROM Contact WHERE MasterRecordId IN {}", piece)
            rows = self._connection.query_all(query, "Contact", most_pages=_MOST_PAGES)
            found |= {row["Id"] for row in rows}
        return frozenset(found)

    def certify(self, survivor_id: str, merged_id: str, subject_hash: str) -> None:
        """Copy what was certified from a merged Contact, which the bin still shows, to its survivor.

        Raises: GoneError, AmbiguousContactError when the subject is taken, by a Contact in the bin too.
        """
        query = format_soql(f"SELECT {', '.join(self._certified)} FROM Contact WHERE Id = {{}}", merged_id)  # noqa: S608 - as above
        rows = self._connection.query_all(query, "Contact", most_pages=1)
        fields = _copied(rows[0], self._certified) if rows and rows[0][self._subject] else {}
        path = f"sobjects/Contact/{survivor_id}"
        try:
            self._connection.write("PATCH", path, {**fields, self._subject: subject_hash}, "Contact")
        except PermanentError as error:
            if error.code == _TAKEN:
                raise AmbiguousContactError(
                    "another Contact bears this identity, in the bin perhaps", code="contact.subject_in_bin"
                ) from error
            raise

    def _losers(self, start: datetime) -> frozenset[str]:
        """The log of deletions may be purged every two hours under load; the losers' own rows say it too."""
        query = format_soql(
            "SELECT Id FROM Contact WHERE MasterRecordId != null AND SystemModstamp >= {}",
            start.astimezone(UTC),
        )
        rows = self._connection.query_all(query, "Contact", most_pages=_MOST_PAGES)
        return frozenset(row["Id"] for row in rows)


def _deleted(start: datetime, end: datetime) -> str:
    moments = (quote(f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}") for moment in (start, end))
    return "sobjects/Contact/deleted/?start={}&end={}".format(*moments)


def _read_log(log: object) -> tuple[frozenset[str], datetime, datetime]:
    """Give the ids of the log, since when it is kept and up to when it tells."""
    try:
        assert isinstance(log, dict)
        ids = frozenset(str(row["id"]) for row in log["deletedRecords"])
        begins, covered = (
            datetime.fromisoformat(log[name]) for name in ("earliestDateAvailable", "latestDateCovered")
        )
    except (AssertionError, KeyError, TypeError, ValueError):
        raise TransientError(
            "Contact: the log of deletions cannot be read", system=SYSTEM, code="remote.unreadable"
        ) from None
    return ids, begins, covered


def _copied(row: Row, fields: Collection[str]) -> dict[str, object]:
    return {name: row[name] for name in fields if row.get(name) is not None}


def _pieces(contact_ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(contact_ids)
    for start in range(0, len(ordered), _MOST_IDS):
        yield ordered[start : start + _MOST_IDS]
