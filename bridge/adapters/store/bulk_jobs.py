"""The jobs of the org under way: who looks after each, what it carries, how far it came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select, update
from sqlalchemy.sql import Select

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.push_claims import push_of
from bridge.adapters.store.rowsets import PIECE, in_pieces, insert_into
from bridge.adapters.store.tables import bulk_jobs as table
from bridge.adapters.store.tables import bulk_rows, cases, pushes
from bridge.domain.bulk import BulkJob, BulkKind, BulkRow, BulkState

_UNFINISHED = table.c.state != BulkState.OVER


class SqlBulkJobs:
    """The `BulkJobs` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, kind: BulkKind, lease: timedelta, now: datetime) -> BulkJob:
        """Keep a job that carries nothing yet, held by the caller."""
        job = BulkJob(new_id("b_"), kind, BulkState.CLAIMED, 0, created_at=now)
        values = {"id": job.id, "kind": kind, "state": job.state, "rows": job.rows, "looks": 0}
        self._connection.execute(table.insert().values(**values, created_at=now, look_at=now + lease))
        return job

    def carry(self, job: BulkJob, rows: Sequence[BulkRow]) -> None:
        """Have a job carry these; those of a job before it move over."""
        for start in range(0, len(rows), PIECE):
            self._carry(job, rows[start : start + PIECE])

    def take(self, lease: timedelta, now: datetime) -> BulkJob | None:
        """Hold the job that waits longest for somebody to look after it."""
        query = select(table).where(_UNFINISHED, table.c.look_at <= now).order_by(table.c.look_at).limit(1)
        row = self._connection.execute(query.with_for_update(skip_locked=True)).mappings().first()
        if row is None:
            return None
        job = _job(row)
        self._change(job, look_at=now + lease)
        return job

    def is_due(self, now: datetime) -> bool:
        """Whether a job waits for somebody to look after it."""
        found = self.next_at()
        return found is not None and found <= now

    def next_at(self) -> datetime | None:
        """Give when the next job is to be looked after; None without a job."""
        query = select(table.c.look_at).where(_UNFINISHED).order_by(table.c.look_at).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def opened(self, job: BulkJob, job_id: str, rows: int, lease: timedelta, now: datetime) -> BulkJob:
        """Keep the org's id of a job and how many rows go up, before any of them does; still held."""
        self._change(job, state=BulkState.OPEN, job_id=job_id, rows=rows, look_at=now + lease)
        return replace(job, state=BulkState.OPEN, job_id=job_id, rows=rows)

    def sent(self, job: BulkJob, look_at: datetime, now: datetime) -> None:
        """Note that the org has every row of the upload and works on them."""
        self._change(job, state=BulkState.SENT, sent_at=now, look_at=look_at)

    def look_again(self, job: BulkJob, look_at: datetime, pushes_until: datetime) -> None:
        """Note a look that found the org still at work, and hold on to the pushes."""
        self._change(job, look_at=look_at, looks=job.looks + 1)
        carried = select(bulk_rows.c.case_id).where(
            bulk_rows.c.bulk_job == job.id,
            bulk_rows.c.case_id == pushes.c.case_id,
            bulk_rows.c.fence == pushes.c.fence,
        )
        mine = carried.exists() & pushes.c.lease_until.is_not(None)
        # In order of id, as every writer locks them.
        ids = select(pushes.c.case_id).where(mine).order_by(pushes.c.case_id)
        self._connection.execute(ids.with_for_update(of=pushes, key_share=True)).all()
        held = update(pushes).where(mine)
        self._connection.execute(held.values(lease_until=pushes_until, due_at=pushes_until))

    def leave(self, job: BulkJob, look_at: datetime) -> None:
        """Let go of a job as it is; whoever takes it from then on finds out how far it came."""
        self._change(job, look_at=look_at)

    def rows(self, job: BulkJob) -> tuple[BulkRow, ...]:
        """Give what is not settled yet, rows of one parent together."""
        found = self._connection.execute(_carried(job)).mappings()
        return tuple(_row(row) for row in found)

    def settled(self, job: BulkJob, case_ids: Collection[str]) -> None:
        """Take rows off a job."""
        for piece in in_pieces(case_ids):
            mine = (bulk_rows.c.bulk_job == job.id) & bulk_rows.c.case_id.in_(piece)
            self._connection.execute(delete(bulk_rows).where(mine))

    def end(self, job: BulkJob, now: datetime, *, took_s: float | None = None) -> None:
        """Close a job and drop what it still carried; one the org never knew leaves no trace."""
        self._connection.execute(delete(bulk_rows).where(bulk_rows.c.bulk_job == job.id))
        if job.job_id is None:
            self._connection.execute(delete(table).where(table.c.id == job.id))
            return
        self._change(job, state=BulkState.OVER, ended_at=now, took_s=took_s)

    def seconds_per_row(self, kind: BulkKind) -> float | None:
        """Give how long the org took for a row of the last such job."""
        measured = table.c.took_s.is_not(None) & (table.c.rows > 0) & (table.c.kind == kind)
        query = (
            select(table.c.took_s, table.c.rows).where(measured).order_by(table.c.ended_at.desc()).limit(1)
        )
        found = self._connection.execute(query).first()
        return found[0] / found[1] if found else None

    def unfinished(self) -> tuple[BulkJob, ...]:
        """Give the jobs under way, the oldest first."""
        query = select(table).where(_UNFINISHED).order_by(table.c.created_at)
        return tuple(_job(row) for row in self._connection.execute(query).mappings())

    def _carry(self, job: BulkJob, rows: Sequence[BulkRow]) -> None:
        insert = insert_into(self._connection, bulk_rows)
        newer = {name: insert.excluded[name] for name in ("bulk_job", "fence", "version", "salesforce_id")}
        over = insert.on_conflict_do_update(index_elements=["case_id"], set_=newer)
        self._connection.execute(over, [_values(job, row) for row in rows])

    def _change(self, job: BulkJob, **values: Any) -> None:
        mine = (table.c.id == job.id) & _UNFINISHED
        self._connection.execute(update(table).where(mine).values(**values))


def _carried(job: BulkJob) -> Select[Any]:
    wanted = (
        pushes,
        cases.c.source_case_id,
        bulk_rows.c.fence.label("carried_fence"),
        bulk_rows.c.version.label("carried_version"),
        bulk_rows.c.salesforce_id.label("made_id"),
    )
    query = select(*wanted).select_from(bulk_rows).join(pushes, pushes.c.case_id == bulk_rows.c.case_id)
    query = query.join(cases, cases.c.id == bulk_rows.c.case_id).where(bulk_rows.c.bulk_job == job.id)
    return query.order_by(func.coalesce(pushes.c.parent_id, ""), bulk_rows.c.case_id)


def _row(row: RowMapping) -> BulkRow:
    return BulkRow(push_of(row, fence=row["carried_fence"], version=row["carried_version"]), row["made_id"])


def _values(job: BulkJob, row: BulkRow) -> dict[str, Any]:
    push = row.push
    carried = {"case_id": push.case_id, "fence": push.fence, "version": push.version}
    return {"bulk_job": job.id, **carried, "salesforce_id": row.salesforce_id}


def _job(row: RowMapping) -> BulkJob:
    return BulkJob(
        id=row["id"],
        kind=BulkKind(row["kind"]),
        state=BulkState(row["state"]),
        rows=row["rows"],
        created_at=row["created_at"],
        job_id=row["job_id"],
        sent_at=row["sent_at"],
        looks=row["looks"],
    )
