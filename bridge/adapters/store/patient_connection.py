"""A PostgreSQL connection that hangs up on a server which has stopped answering.

A frozen server keeps its own time limit from firing, and its kernel goes on acknowledging packets.
"""

from __future__ import annotations

from collections.abc import Generator
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg import OperationalError
from sqlalchemy import Connection, Engine, event

_NOTHING_CAME = 0
Answer = TypeVar("Answer")


class PatientConnection(psycopg.Connection[Any]):
    """Waits `patience_s` seconds for each answer, for ever with None."""

    patience_s: float | None = None

    def wait(
        self, gen: Generator[Any, Any, Answer], interval: float = 0.5, timeout: float | None = None
    ) -> Answer:
        """Give the answer. Raises: OperationalError, the connection being closed by then."""
        patience_s = self.patience_s if timeout is None else timeout
        if patience_s is None:
            return super().wait(gen, interval)
        return super().wait(self._bounded(gen, monotonic() + patience_s), interval)

    def _bounded(self, gen: Generator[Any, Any, Answer], until: float) -> Generator[Any, Any, Answer]:
        """Pass a conversation on, and end it when it is late and nothing comes."""
        try:
            wanted = next(gen)
            while True:
                came = yield wanted
                if came == _NOTHING_CAME and monotonic() > until:
                    self.pgconn.finish()
                    raise OperationalError("the server does not answer")
                wanted = gen.send(came)
        except StopIteration as end:
            answer: Answer = end.value
            return answer


def hang_up_after(engine: Engine, patience_s: float) -> None:
    """Have every connection of this engine wait that long for an answer, and no longer."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, arguments: Any, named: Any) -> PatientConnection:
        connection = PatientConnection.connect(*arguments, **named)
        connection.patience_s = patience_s
        return connection


def wait_for_ever(connection: Connection) -> None:
    """Let this connection's present work last as long as it must; the pool gets another afterwards."""
    raw: object = connection.connection.dbapi_connection
    if isinstance(raw, PatientConnection):
        raw.patience_s = None
        connection.connection.detach()
