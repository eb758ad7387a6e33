"""Names of a query resolved against the schema: fields, relationships, and the joins they need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from sandbox.salesforce.errors import SalesforceError
from sandbox.salesforce.schema.model import Field, Schema, SObject
from sandbox.salesforce.soql.ast import Path, Query
from sandbox.salesforce.soql.parser import QueryError
from sandbox.salesforce.tables import column, compared

_MAX_RELATIONSHIPS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One row source of the SQL: the object, the alias it goes by, and how its child points to it."""

    sobject: SObject
    alias: str
    child: Table | None = None
    lookup: Field | None = None

    def held_by_child(self, condition: str) -> str:
        """A condition on this table said of the first child instead, so that indexes on lookups serve."""
        if self.child is None or self.lookup is None:
            return condition
        pointer = f"{self.child.alias}.{column(self.lookup)}"
        source = f'"{self.sobject.name}" {self.alias}'
        inner = f'SELECT {self.alias}."Id" FROM {source} WHERE {condition} AND {self.alias}."IsDeleted" = 0'  # noqa: S608 - names from the schema
        return self.child.held_by_child(f"{pointer} IN ({inner})")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field of a query: its table, and the relationships walked, spelt as the schema does."""

    table: Table
    field: Field
    walked: tuple[str, ...]
    source: Table | None = None

    @property
    def value(self) -> str:
        """The SQL of its stored value."""
        return f"{(self.source or self.table).alias}.{column(self.field)}"

    def held(self, condition: str) -> str:
        """A condition that only a present value can meet, said of the record itself."""
        return (self.source or self.table).held_by_child(condition)

    @property
    def compared(self) -> str:
        """The SQL it is compared by, the one indexes are on."""
        return compared(self.field, f"{(self.source or self.table).alias}.")


class Scope:
    """The names one SELECT may use; `aliases` is shared with its sub-queries."""

    def __init__(self, query: Query, schema: Schema, aliases: Iterator[int] | None = None) -> None:
        found = schema.find(query.sobject)
        if found is None:
            raise SalesforceError("INVALID_TYPE", unsupported_type(query.sobject))
        self.schema = schema
        self.aliases = aliases or count()
        self.root = Table(found, f"t{next(self.aliases)}")
        self.joins: list[str] = []
        self._own_names = {found.name.lower(), (query.alias or found.name).lower()}
        self._tables: dict[tuple[str, ...], Table] = {(): self.root}

    def resolve(self, path: Path) -> Resolved:
        """The field a path leads to.

        Raises: SalesforceError `INVALID_FIELD`.
        """
        parts = path.parts
        if len(parts) > 1 and parts[0].lower() in self._own_names and not self.root.sobject.parent(parts[0]):
            parts = parts[1:]
        table = self.root
        walked: tuple[str, ...] = ()
        for relationship in parts[:-1]:
            table, walked = self._walk(table, walked, relationship, path)
        field = table.sobject.find(parts[-1])
        if field is None:
            raise QueryError(
                "INVALID_FIELD",
                f"No such column '{parts[-1]}' on entity '{table.sobject.name}'. {_HINT_C}",
                path,
            )
        return self._through_mirror(table, field, walked)

    def table_of(self, walked: tuple[str, ...]) -> Table:
        """The table at the end of relationships already walked."""
        return self._tables[walked]

    def _walk(
        self, table: Table, walked: tuple[str, ...], relationship: str, path: Path
    ) -> tuple[Table, tuple[str, ...]]:
        lookup = table.sobject.parent(relationship)
        target = self.schema.target(lookup) if lookup else None
        if lookup is None or target is None or len(walked) >= _MAX_RELATIONSHIPS:
            raise QueryError(
                "INVALID_FIELD",
                f"Didn't understand relationship '{relationship}' in field path. {_HINT_R}",
                path,
            )
        here = (*walked, lookup.relationship_name or "")
        if here not in self._tables:
            joined = Table(target, f"t{next(self.aliases)}", table, lookup)
            self._tables[here] = joined
            self.joins.append(
                f'LEFT JOIN "{target.name}" {joined.alias}'
                f' ON {joined.alias}."Id" = {table.alias}.{column(lookup)}'
            )
        return self._tables[here], here

    def _through_mirror(self, table: Table, field: Field, walked: tuple[str, ...]) -> Resolved:
        if field.mirrors is None:
            return Resolved(table, field, walked)
        relationship, _, name = field.mirrors.partition(".")
        source, _ = self._walk(table, walked, relationship, Path((field.name,)))
        mirrored = source.sobject.find(name)
        assert mirrored is not None
        return Resolved(table, mirrored, walked, source)


def unsupported_type(name: str) -> str:
    """The text for an object the org has not."""
    return (
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to"
        " append the '__c' after the entity name. Please reference your WSDL or the describe call for the"
        " appropriate names."
    )


_HINT_R = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom"
    " relationship name. Please reference your WSDL or the describe call for the appropriate names."
)
_HINT_C = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name."
    " Please reference your WSDL or the describe call for the appropriate names."
)
