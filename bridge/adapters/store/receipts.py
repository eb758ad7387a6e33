"""Receipts of requests, found by their number; their secrets as keyed hashes only."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bridge.adapters.store.locks import queue_up
from bridge.adapters.store.rowsets import insert_into
from bridge.adapters.store.tables import case_receipts, cases, claim_attempts
from bridge.domain.case import CaseKey
from bridge.domain.receipt import MOST_CLAIMS, Receipt


class SqlReceipts:
    """The `Receipts` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def bearing(self, number: str) -> tuple[Receipt, ...]:
        """Give the requests whose receipt bears this number, in letters and digits: one statement always."""
        query = (
            select(case_receipts, cases.c.source, cases.c.source_case_id, cases.c.link_id)
            .join_from(case_receipts, cases)
            .where(case_receipts.c.number == number)
            .order_by(cases.c.id)
        )
        return tuple(
            Receipt(
                case_id=row["case_id"],
                key=CaseKey(row["source"], row["source_case_id"]),
                link_id=row["link_id"],
                secret_hash=row["secret_hash"],
            )
            for row in self._connection.execute(query).mappings()
        )

    def issue(self, case_id: str, number: str, secret_hash: str) -> None:
        """Keep the receipt of a request, instead of the one it had."""
        keep_receipts(self._connection, [{"case_id": case_id, "number": number, "secret_hash": secret_hash}])

    def tries(self, subject_hash: str, since: Sequence[datetime]) -> tuple[int, ...]:
        """Give how often this person tried since each of these moments, in one statement."""
        queue_up(self._connection, subject_hash)
        counts = [func.count().filter(claim_attempts.c.at > moment) for moment in since]
        mine = (claim_attempts.c.subject_hash == subject_hash, claim_attempts.c.at > min(since))
        return tuple(self._connection.execute(select(*counts).where(*mine)).one())

    def tried(self, subject_hash: str, now: datetime) -> None:
        """Note a try."""
        row = {"id": f"t_{secrets.token_hex(10)}", "subject_hash": subject_hash, "at": now}
        self._connection.execute(insert(claim_attempts).values(row))

    def prune(self, now: datetime) -> int:
        """Delete tries older than any limit looks back; give how many."""
        longest = max(span for span, _most in MOST_CLAIMS)
        old = delete(claim_attempts).where(claim_attempts.c.at <= now - longest)
        return self._connection.execute(old).rowcount


def keep_receipts(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Write the receipts of cases, one a case, in one bulk statement."""
    if not rows:
        return
    statement = insert_into(connection, case_receipts)
    newest = {"number": statement.excluded.number, "secret_hash": statement.excluded.secret_hash}
    connection.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=newest), rows)


def renumber_receipts(connection: Connection, numbers: dict[str, str]) -> None:
    """Bring the receipts there are to the number now on the letter of each case; their secrets stay."""
    if numbers:
        rows = [{"_case": case_id, "number": number} for case_id, number in numbers.items()]
        connection.execute(update(case_receipts).where(case_receipts.c.case_id == bindparam("_case")), rows)
