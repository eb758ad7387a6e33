"""Works on a query job: the rows streamed from the store into one CSV file, and where each begins."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sandbox.salesforce.bulk.job import DELIMITERS, LINE_ENDINGS, Job
from sandbox.salesforce.bulk.query_results import OFFSETS, ROWS
from sandbox.salesforce.bulk.stops import Stops
from sandbox.salesforce.soql import ast
from sandbox.salesforce.soql.compiler import Context, compile_records
from sandbox.salesforce.soql.parser import parse
from sandbox.salesforce.soql.scope import Scope
from sandbox.salesforce.storage import SqlValue

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_BLOCK = 2000
Shown = Callable[[SqlValue], str]


class QueryRun:
    """One query at work."""

    def __init__(self, org: Org, job: Job) -> None:
        self._org = org
        self._job = job
        self._stops = Stops(org.faults, job)
        self._mark = DELIMITERS[job.request.delimiter]
        self._end = LINE_ENDINGS[job.request.line_ending]

    def run(self) -> None:
        """Write the results and end in one of the final states."""
        try:
            state = self._write()
        except Exception as error:  # whatever breaks, the job must not look as if it went on
            self._job.error = f"InternalServerError : {type(error).__name__}"
            self._org.bulk.enter(self._job, "Failed")
            raise
        self._org.bulk.enter(self._job, state)
        self._org.storage.close()

    def _write(self) -> str:
        request = self._job.request
        query = parse(request.query or "")
        context = Context(self._org.schema, self._org.clock(), request.operation == "queryAll")
        compiled = compile_records(query, context)
        names, readers = columns(query, context)
        picked = [compiled.shape.columns.index(reader[0]) for reader in readers]
        shown = [reader[1] for reader in readers]
        cursor = self._org.storage.connection().execute(compiled.sql, compiled.values)
        with (self._job.folder / ROWS).open("wb") as rows, (self._job.folder / OFFSETS).open("wb") as offsets:
            at = rows.write(self._line(names))
            blocks = 0
            while block := cursor.fetchmany(_BLOCK):
                if stopped := self._stops.before_batch(blocks):
                    return stopped
                starts = array("q")
                for row in block:
                    starts.append(at)
                    at += rows.write(
                        self._line([show(row[i]) for i, show in zip(picked, shown, strict=True)])
                    )
                offsets.write(starts.tobytes())
                self._job.processed += len(block)
                blocks += 1
            offsets.write(array("q", [at]).tobytes())
        return self._stops.before_batch(blocks) or "JobComplete"

    def _line(self, cells: Sequence[str]) -> bytes:
        return (self._mark.join([f'"{cell}"' for cell in cells]) + self._end).encode()


def columns(query: ast.Query, context: Context) -> tuple[list[str], list[tuple[str, Shown]]]:
    """The header of a query's CSV; for each column the SQL it reads, and how a value of it is shown."""
    scope = Scope(query, context.schema)
    names: list[str] = []
    readers: list[tuple[str, Shown]] = []
    for item in query.items:
        assert isinstance(item, ast.FieldItem)
        found = scope.resolve(item.path)
        named = found.table.sobject.find(item.path.parts[-1]) or found.field
        names.append(".".join((*found.walked, named.name)))
        readers.append((found.value, _SHOWN.get(found.field.type, _text)))
    return names, readers


def _text(value: SqlValue) -> str:
    return "" if value is None else str(value).replace('"', '""')


def _boolean(value: SqlValue) -> str:
    return "true" if value else "false"


def _number(value: SqlValue) -> str:
    return "" if value is None else str(float(value))


def _datetime(value: SqlValue) -> str:
    return "" if value is None else str(value).replace("+0000", "Z")


_SHOWN: dict[str, Shown] = {
    "boolean": _boolean,
    "datetime": _datetime,
    **dict.fromkeys(("double", "currency", "percent"), _number),
}
