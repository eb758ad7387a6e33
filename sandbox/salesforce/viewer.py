"""Pages that show what the stand-in org holds, for people who watch a demonstration."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from sandbox.salesforce.ids import canonical_id
from sandbox.salesforce.org import Org, current_org
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.storage import SqlValue
from sandbox.salesforce.tables import compared, fold

viewer = Blueprint("viewer", __name__)
Row = dict[str, SqlValue]
PAGE = 20
LAST_PAGE = 1_000_000
_SHOWN = ("Contact", "Case")


@viewer.get("/")
def home() -> str:
    """Counts, the latest Contacts and Cases, and a search."""
    org = current_org()
    wanted = request.args.get("q", "").strip()
    return render_template(
        "salesforce/home.html",
        counts=[(item, _count(org, item)) for item in org.schema.objects.values()],
        contacts=_rows(org, "Contact", 'WHERE "IsDeleted" = 0 ORDER BY "Id" DESC LIMIT 5'),
        cases=_rows(org, "Case", 'WHERE "IsDeleted" = 0 ORDER BY "Id" DESC LIMIT 5'),
        wanted=wanted,
        found=_search(org, wanted) if wanted else [],
    )


@viewer.get("/view/<name>")
def listing(name: str) -> str:
    """All records of an object, latest first, twenty a page."""
    org = current_org()
    sobject = _shown_object(org, name)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    tail = 'WHERE "IsDeleted" = 0 ORDER BY "Id" DESC LIMIT ? OFFSET ?'
    rows = _rows(org, sobject.name, tail, PAGE + 1, (page - 1) * PAGE)
    return render_template(
        "salesforce/listing.html", sobject=sobject, rows=rows[:PAGE], page=page, more=len(rows) > PAGE
    )


@viewer.get("/view/<name>/<record_id>")
def record(name: str, record_id: str) -> str:
    """One record, with its Cases if it is a Contact."""
    org = current_org()
    sobject = _shown_object(org, name)
    rows = _rows(org, sobject.name, 'WHERE "Id" = ?', canonical_id(record_id))
    if not rows:
        abort(404)
    cases: list[Row] = []
    if sobject.name == "Contact":
        tail = 'WHERE "ContactId" = ? AND "IsDeleted" = 0 ORDER BY "Id" DESC LIMIT 100'
        cases = _rows(org, "Case", tail, rows[0]["Id"])
    return render_template("salesforce/record.html", sobject=sobject, row=rows[0], cases=cases)


def _shown_object(org: Org, name: str) -> SObject:
    sobject = org.schema.find(name)
    if sobject is None:
        abort(404)
    return sobject


def _count(org: Org, sobject: SObject) -> int:
    sql = f'SELECT count(*) FROM "{sobject.name}" WHERE "IsDeleted" = 0'  # noqa: S608 - a name from the schema
    count: int = org.storage.connection().execute(sql).fetchone()[0]
    return count


def _rows(org: Org, table: str, tail: str, *values: SqlValue) -> list[Row]:
    cursor = org.storage.connection().execute(f'SELECT * FROM "{table}" {tail}', values)  # noqa: S608 - as above
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _search(org: Org, wanted: str) -> list[tuple[SObject, Row]]:
    """Records whose external id, case number or e-mail address is exactly that."""
    found: dict[SqlValue, tuple[SObject, Row]] = {}
    for name in _SHOWN:
        sobject = org.schema.find(name)
        for field in sobject.fields if sobject else ():
            if sobject and field.upsert_key and field.name != "Id":
                value = fold(wanted) if field.folds else wanted
                tail = f'WHERE {compared(field)} = ? AND "IsDeleted" = 0 LIMIT 20'
                found.update({row["Id"]: (sobject, row) for row in _rows(org, name, tail, value)})
    return list(found.values())
