"""What differs between the databases of a view: driver, read-only session, time limits, error numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

CONNECT_WITHIN_S = 5
LOCKED = "source.locked"

Statements = Callable[[int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of database. Times are in seconds.

    `begin` are the statements that make a transaction read-only and end what takes longer; `codes` lead from
    the server's error numbers to ours. `call_timeout` says that the driver itself must count the time.
    """

    driver: str
    extra: str = ""
    connect: Callable[[int], dict[str, object]] = lambda _timeout_s: {}
    begin: Statements = lambda _timeout_s: ()
    codes: Mapping[str, str] = field(default_factory=dict)
    call_timeout: bool = False


def _postgresql(timeout_s: int) -> tuple[str, ...]:
    return (
        "SET TRANSACTION READ ONLY",
        f"SET LOCAL statement_timeout = {timeout_s * 1000:d}",
        "SET LOCAL TIME ZONE 'UTC'",
    )


def _mysql(timeout_s: int) -> tuple[str, ...]:
    # The two have different names for one limit; each reads the comment addressed to it.
    limits = f"""SET SESSION lock_wait_timeout = {timeout_s:d}, innodb_lock_wait_timeout = {timeout_s:d}
        /*M! , max_statement_time = {timeout_s:d} */
        /*!50708 , max_execution_time = {timeout_s * 1000:d} */"""
    return ("SET SESSION TRANSACTION READ ONLY", limits)


def _sql_server(timeout_s: int) -> tuple[str, ...]:
    # It knows no read-only transaction. A French login would read 2026-03-01 as 3 January.
    return (f"SET LOCK_TIMEOUT {timeout_s * 1000:d}", "SET DATEFORMAT ymd")


_MYSQL = Dialect(
    driver="mysql+pymysql",
    extra="mysql",
    connect=lambda timeout_s: {"connect_timeout": CONNECT_WITHIN_S, "read_timeout": timeout_s + 5},
    begin=_mysql,
    codes={
        "1054": "source.header",
        "1146": "source.view",
        "1044": "source.forbidden",
        "1142": "source.forbidden",
        "1143": "source.forbidden",
        "1045": "source.login",
        "1792": "source.refused",
        "1205": LOCKED,
        "1969": LOCKED,
        "3024": LOCKED,
    },
)

DIALECTS: Mapping[str, Dialect] = {
    "sqlite": Dialect(
        driver="sqlite",
        connect=lambda timeout_s: {"timeout": timeout_s},
        codes={
            "no such column": "source.header",
            "no such table": "source.view",
            "database is locked": LOCKED,
            "database table is locked": LOCKED,
        },
    ),
    "postgresql": Dialect(
        driver="postgresql+psycopg",
        connect=lambda _timeout_s: {"connect_timeout": CONNECT_WITHIN_S},
        begin=_postgresql,
        codes={
            "42703": "source.header",
            "42P01": "source.view",
            "42501": "source.forbidden",
            "28P01": "source.login",
            "57014": LOCKED,
            "55P03": LOCKED,
        },
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "mssql": Dialect(
        driver="mssql+pymssql",
        extra="sqlserver",
        connect=lambda timeout_s: {
            "login_timeout": CONNECT_WITHIN_S,
            "timeout": timeout_s + 5,
            "read_only": True,
        },
        begin=_sql_server,
        codes={
            "207": "source.header",
            "208": "source.view",
            "229": "source.forbidden",
            "18456": "source.login",
            "1222": LOCKED,
            "20003": LOCKED,
        },
    ),
    "oracle": Dialect(
        driver="oracle+oracledb",
        extra="oracle",
        connect=lambda _timeout_s: {"tcp_connect_timeout": float(CONNECT_WITHIN_S)},
        begin=lambda _timeout_s: ("SET TRANSACTION READ ONLY",),
        codes={
            "ORA-00904": "source.header",
            "ORA-00942": "source.view",
            "ORA-01031": "source.forbidden",
            "ORA-01017": "source.login",
            "ORA-28000": "source.login",
            "ORA-00054": LOCKED,
            "ORA-03156": LOCKED,
            "DPY-4024": LOCKED,
        },
        call_timeout=True,
    ),
}


def code_of(dialect: Dialect, error: BaseException | None) -> str | None:
    """Give our code for what a driver raised, None when the number says nothing to us."""
    found = (dialect.codes.get(sign) for sign in _signs(error))
    known = next((code for code in found if code), None)
    # SQLite has words instead of numbers.
    words = (code for words, code in dialect.codes.items() if " " in words and words in str(error))
    return known or next(words, None)


def _signs(error: BaseException | None) -> Iterator[str]:
    yield str(getattr(error, "sqlstate", None) or "")
    for argument in getattr(error, "args", ()):
        yield str(getattr(argument, "full_code", argument))
        if isinstance(argument, tuple) and argument:
            yield str(argument[0])
