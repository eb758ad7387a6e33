"""Comparisons of store and org, with their signed reports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bridge.adapters.store.ids import new_id
from bridge.adapters.store.tables import reconciliations as table
from bridge.usecases.ports import PastComparison


class SqlReconciliations:
    """The `Reconciliations` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self, now: datetime) -> str:
        """Open one; give its id."""
        run_id = new_id("q_")
        self._connection.execute(insert(table).values(id=run_id, started_at=now))
        return run_id

    def job(self, run_id: str, job_id: str | None) -> None:
        """Note the org's job before waiting for it, and that it was closed."""
        self._set(run_id, job_id=job_id)

    def left_jobs(self) -> dict[str, str]:
        """Give the jobs that interrupted comparisons left in the org, by comparison."""
        query = select(table.c.id, table.c.job_id).where(table.c.job_id.is_not(None))
        return {run_id: job_id for run_id, job_id in self._connection.execute(query) if job_id}

    def end(self, run_id: str, now: datetime, *, agrees: bool, report: str) -> None:
        """Close one with its report."""
        self._set(run_id, ended_at=now, agrees=agrees, report=report)

    def fail(self, run_id: str, now: datetime, code: str) -> None:
        """Close one that could not be finished."""
        self._set(run_id, ended_at=now, error_code=code)

    def last(self) -> PastComparison | None:
        """Give the latest one."""
        columns = select(table.c.started_at, table.c.ended_at, table.c.agrees, table.c.error_code)
        row = self._connection.execute(columns.order_by(table.c.started_at.desc()).limit(1)).first()
        return None if row is None else PastComparison(*row)

    def last_report(self) -> tuple[datetime, str] | None:
        """Give the latest finished one, with when it ended."""
        query = select(table.c.ended_at, table.c.report).where(table.c.report.is_not(None))
        row = self._connection.execute(query.order_by(table.c.ended_at.desc()).limit(1)).first()
        return None if row is None else (row[0], row[1])

    def _set(self, run_id: str, **values: object) -> None:
        self._connection.execute(update(table).where(table.c.id == run_id).values(**values))
