"""Rows of SQL turned into records: attributes, fields as spelt in the schema, parents nested."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sandbox.salesforce.schema.model import NUMBER_TYPES, Field
from sandbox.salesforce.soql.parser import malformed
from sandbox.salesforce.soql.scope import Resolved, Scope, Table
from sandbox.salesforce.storage import SqlValue

Record = dict[str, object]
_READERS: dict[str, Callable[[SqlValue], object]] = {
    "boolean": bool,
    **dict.fromkeys(NUMBER_TYPES - {"int"}, lambda value: None if value is None else float(value)),
}


def reader(shown: Field) -> Callable[[SqlValue], object] | None:
    """How a stored value is shown in JSON; None when it is shown as it is."""
    return _READERS.get(shown.type)


@dataclass(slots=True)
class Node:
    """One object of the nested answer: where its id and fields are in the row, and its parents."""

    table: Table
    id_index: int
    leaves: list[tuple[str, int, Callable[[SqlValue], object] | None]] = field(default_factory=list)
    parents: dict[str, Node] = field(default_factory=dict)


class Shape:
    """Collects the columns a SELECT needs and builds records from its rows."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self.columns: list[str] = []
        self._nodes: dict[tuple[str, ...], Node] = {}
        self.root = self._node(())

    def add(self, found: Resolved, name: str) -> None:
        """Show that field under that name."""
        node = self._node(found.walked)
        if any(leaf == name for leaf, _, _ in node.leaves):
            raise malformed(f"duplicate field selected: {name}")
        node.leaves.append((name, self._column(found.value), reader(found.field)))

    def add_hidden(self, sql: str) -> int:
        """Read a column without showing it; gives its place in the row."""
        return self._column(sql)

    def build(self, row: Sequence[SqlValue], version: int) -> Record:
        """The record of a row."""
        return self._build(self.root, row, version) or {}

    def _build(self, node: Node, row: Sequence[SqlValue], version: int) -> Record | None:
        record_id = row[node.id_index]
        if record_id is None:
            return None
        name = node.table.sobject.name
        polymorphic = node.table.lookup is not None and len(node.table.lookup.reference_to) > 1
        record: Record = {
            "attributes": {
                "type": "Name" if polymorphic else name,
                "url": f"/services/data/v{version}.0/sobjects/{name}/{record_id}",
            }
        }
        for leaf, index, read in node.leaves:
            record[leaf] = read(row[index]) if read else row[index]
        for relationship, parent in node.parents.items():
            record[relationship] = self._build(parent, row, version)
        return record

    def _node(self, walked: tuple[str, ...]) -> Node:
        if walked not in self._nodes:
            table = self._scope.table_of(walked)
            made = Node(table, self._column(f'{table.alias}."Id"'))
            self._nodes[walked] = made
            if walked:
                self._node(walked[:-1]).parents[walked[-1]] = made
        return self._nodes[walked]

    def _column(self, sql: str) -> int:
        if sql not in self.columns:
            self.columns.append(sql)
        return self.columns.index(sql)
