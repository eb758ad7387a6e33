"""Writes the records of one call in one transaction, each settled on its own."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sandbox.salesforce.acting import acting_user
from sandbox.salesforce.duplicates import Twins, check_duplicates, find_candidates
from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.records import rules
from sandbox.salesforce.records.drafts import Draft, Outcome, Write, draft
from sandbox.salesforce.records.lookups import Parents, find_parents, find_stored, rows_by_key
from sandbox.salesforce.records.rollback import Undo, blame, undo_if_failed
from sandbox.salesforce.records.uniqueness import check_bin, taken_value
from sandbox.salesforce.schema.model import SObject

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org


@dataclass(frozen=True, slots=True)
class Options:
    """What a caller may ask of a write; `collection` turns on the faults of collections.

    `unit` stands for the bulk batch a write is part of.
    """

    api_version: int
    all_or_none: bool = False
    allow_duplicates: bool = False
    update_only: bool = False
    collection: bool = False
    unit: object | None = None


def write(org: Org, writes: Sequence[Write], options: Options) -> list[Outcome]:
    """One outcome per write, in order.

    Raises: SalesforceError `JSON_PARSER_ERROR` for a value of the wrong JSON type; nothing is written then.
    """
    return write_drafts(org, [draft(item, org.schema) for item in writes], options)


def write_drafts(org: Org, drafts: Sequence[Draft], options: Options) -> list[Outcome]:
    """The same for records whose fields are checked already."""
    outcomes: list[Outcome] = []
    try:
        with org.storage.transaction() as connection:
            outcomes = _Call(org, connection, options).run(drafts)
            if options.all_or_none:
                undo_if_failed(outcomes)
    except Undo:
        return blame(outcomes)
    return outcomes


class _Call:
    def __init__(self, org: Org, connection: sqlite3.Connection, options: Options) -> None:
        self._org = org
        self._connection = connection
        self._options = options
        self._now: datetime = org.clock()
        self._user_id = acting_user(org.user_id)
        self._parents: Parents = {}
        self._twins: Twins = {}

    def run(self, drafts: Sequence[Draft]) -> list[Outcome]:
        _refuse_repeated(drafts)
        if self._options.collection:
            self._org.faults.refuse_first(drafts)
        find_stored(self._connection, drafts)
        self._parents = find_parents(self._connection, drafts, self._org.schema)
        self._twins = {} if self._options.allow_duplicates else find_candidates(self._connection, drafts)
        self._org.faults.lock_rows(drafts, self._now, self._options.unit)
        return [self._settle(item) for item in drafts]

    def _settle(self, item: Draft) -> Outcome:
        if item.error is not None:
            return Outcome(error=item.error)
        if item.matches:
            return Outcome(matches=item.matches, error=_several_matches(item))
        try:
            return self._save(item)
        except SalesforceError as error:
            return Outcome(error=error)

    def _save(self, item: Draft) -> Outcome:
        created = item.old is None
        if created and self._options.update_only:
            raise not_found()
        if created and item.write.key is not None:
            item.changes[item.write.key.field.name] = item.write.key.value
        rules.check_writable(item)
        rules.check_required(item)
        rules.check_validation(item)
        if not self._options.allow_duplicates:
            check_duplicates(item, self._twins, api_version=self._options.api_version)
        if self._org.faults.switches.deleted_keep_unique:
            check_bin(self._connection, item)
        comment = item.changes.pop("Comments", None) if item.sobject.name == "Case" else None
        record_id = self._insert(item) if created else self._update(item)
        if comment is not None:
            self._comment(record_id, comment)
        name, verb = item.sobject.name, "created" if created else "updated"
        self._org.storage.on_commit(lambda: self._tell(name, verb, record_id))
        return Outcome(record_id, created)

    def _insert(self, item: Draft) -> str:
        sobject = item.sobject
        number = self._org.storage.next_number(sobject)
        record_id = make_id(sobject.key_prefix, number)
        rules.fill_new(item, record_id, number, self._user_id, self._now)
        rules.derive(item, self._parents, self._now)
        rules.fill_stamps(item, self._user_id, self._now)
        self._execute(item, _insert_statement(sobject.name, tuple(item.changes)))
        return record_id

    def _update(self, item: Draft) -> str:
        assert item.old is not None
        rules.derive(item, self._parents, self._now)
        rules.fill_stamps(item, self._user_id, self._now)
        record_id = str(item.old["Id"])
        self._execute(item, _update_statement(item.sobject.name, tuple(item.changes)), record_id)
        return record_id

    def _execute(self, item: Draft, sql: str, *more: str) -> None:
        try:
            self._connection.execute(sql, (*item.changes.values(), *more))
        except sqlite3.IntegrityError as error:
            raise self._duplicate_value(item) from error

    def _duplicate_value(self, item: Draft) -> SalesforceError:
        for field in item.sobject.fields:
            value = item.changes.get(field.name)
            if not field.unique or value is None:
                continue
            compared = value.lower() if field.folds and isinstance(value, str) else value
            for row in rows_by_key(self._connection, item.sobject, field, [compared]).get(compared, []):
                if item.old is None or row["Id"] != item.old["Id"]:
                    return taken_value(field.name, str(row["Id"]))
        return taken_value("<unknown>", "<unknown>")

    def _comment(self, case_id: str, body: object) -> None:
        sobject: SObject | None = self._org.schema.find("CaseComment")
        assert sobject is not None
        self._save(Draft(Write(sobject, {}), {"ParentId": case_id, "CommentBody": str(body)}))

    def _tell(self, sobject: str, verb: str, record_id: str) -> None:
        self._org.stats.count_write(sobject, verb)
        self._org.announce(sobject, record_id)


@lru_cache(maxsize=512)
def _insert_statement(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608 - names from the schema


@lru_cache(maxsize=512)
def _update_statement(table: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}" = ?' for name in names)
    return f'UPDATE "{table}" SET {columns} WHERE "Id" = ?'  # noqa: S608 - as above


def _refuse_repeated(drafts: Sequence[Draft]) -> None:
    """The same key or id twice in one call fails on every occurrence, stored or not."""
    seen = Counter(_address(item) for item in drafts)
    for item in drafts:
        address = _address(item)
        if address is None or seen[address] < 2 or item.error is not None:
            continue
        key = item.write.key
        text = f"external id specified: {key.value}" if key else f"id specified: {item.write.record_id}"
        fields = [key.field.name] if key else ["Id"]
        item.error = SalesforceError("DUPLICATE_VALUE", f"Duplicate {text}", fields=fields)


def _address(item: Draft) -> tuple[str, object] | None:
    if item.write.key is not None:
        return item.sobject.name, item.write.key.compared
    return None if item.write.record_id is None else (item.sobject.name, item.write.record_id)


def _several_matches(item: Draft) -> SalesforceError:
    name = item.write.key.field.name if item.write.key else "Id"
    return SalesforceError(
        "DUPLICATE_EXTERNAL_ID",
        f"{name}: more than one record found for external id field: [{', '.join(item.matches)}]",
        fields=[name],
    )
