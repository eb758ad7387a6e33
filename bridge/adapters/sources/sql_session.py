"""A reading of a legacy database: one connection, and no transaction between two questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from bridge.adapters.sources.options import Options
from bridge.adapters.sources.sql_dialects import DIALECTS, LOCKED, Dialect, code_of
from bridge.errors import PermanentError, RemoteError, TransientError

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows a question found, and the names of all columns as the database keeps them."""

    names: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class ViewDatabase:
    """Where a view lives, and how long one question may take."""

    source: str
    view: str
    engine: sa.Engine
    dialect: Dialect
    timeout_s: int

    @contextmanager
    def opened(self) -> Iterator[ViewSession]:
        """Give a session for one reading. Raises: TransientError, PermanentError."""
        with self.translated():
            connection = self.engine.connect()
        try:
            yield ViewSession(self, connection)
        finally:
            with self.translated():
                connection.close()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the library raises into errors of ours."""
        try:
            yield
        except SQLAlchemyError as error:
            raise self._ours(error) from None

    def _ours(self, error: SQLAlchemyError) -> RemoteError:
        code = code_of(self.dialect, error.orig if isinstance(error, DBAPIError) else None)
        if code == LOCKED:
            text = f"{self.source}: {self.view} is locked, or takes over {self.timeout_s} s to answer"
            return TransientError(text, system=self.source, code=LOCKED)
        if code == "source.login":
            return self.refusal(code, "the database refuses user or password")
        if code is None and isinstance(error, OperationalError):
            text = f"{self.source}: the database is away, or refuses the login"
            return TransientError(text, system=self.source, code="source.unavailable")
        return self.refusal(code or "source.refused", "the database refuses the reading")

    def refusal(self, code: str, problem: str) -> PermanentError:
        """Give the error that names source and view."""
        return PermanentError(f"{self.source}: {self.view}: {problem}", system=self.source, code=code)


@dataclass(frozen=True, slots=True)
class ViewSession:
    """Asks one question after the other."""

    database: ViewDatabase
    connection: sa.Connection

    def answer(self, question: sa.Select[Any]) -> Answer:
        """Give what a question finds, in a read-only transaction of its own. Raises: see the database."""
        with self.database.translated(), self.connection.begin():
            self._begin()
            found = self.connection.execute(question)
            names = list(map(self._as_kept, found.keys()))
            return Answer(names, [dict(zip(names, row, strict=True)) for row in found])

    def _begin(self) -> None:
        database = self.database
        if database.dialect.call_timeout:
            driver: Any = self.connection.connection.driver_connection
            driver.call_timeout = database.timeout_s * 1000
        for statement in database.dialect.begin(database.timeout_s):
            self.connection.exec_driver_sql(statement)

    def _as_kept(self, name: str) -> str:
        """Oracle's names are capitals; the library shows them small."""
        dialect = self.database.engine.dialect
        return str(dialect.denormalize_name(name)) if dialect.requires_name_normalize else name


def view_database(options: Options, view: str) -> ViewDatabase:
    """Give the database of a view; nothing is opened yet. Raises: ConfigurationError."""
    timeout_s = options.number("timeout_s", 30, at_most=600)
    try:
        url = make_url(options.text("database_url"))
    except SQLAlchemyError:
        raise options.refusal("database_url", "is not the address of a database") from None
    dialect = DIALECTS.get(url.get_backend_name())
    if dialect is None or url.drivername not in {url.get_backend_name(), _driver(url, dialect)}:
        kinds = ", ".join(DIALECTS)
        raise options.refusal("database_url", f"must begin with one of {kinds}, and name no other driver")
    try:
        engine = _engine(url, dialect, timeout_s)
    except ImportError:
        problem = f"needs a driver: install citizen-bridge[{dialect.extra}]"
        raise options.refusal("database_url", problem) from None
    return ViewDatabase(options.source, view, engine, dialect, timeout_s)


def _driver(url: URL, dialect: Dialect) -> str:
    return dialect.driver.replace("mysql+", f"{url.get_backend_name()}+")


def _engine(url: URL, dialect: Dialect, timeout_s: int) -> sa.Engine:
    url = _read_only(url) if dialect.driver == "sqlite" else url.set(drivername=_driver(url, dialect))
    # Parameters are keys of cases: they stay out of every error text.
    return sa.create_engine(
        url, connect_args=dialect.connect(timeout_s), poolclass=NullPool, hide_parameters=True
    )


def _read_only(url: URL) -> URL:
    path = url.database or ""
    if not path.startswith("file:"):
        path = f"file:{quote(path)}"
    return url.set(database=path.partition("?")[0], query={"mode": "ro", "uri": "true"})
