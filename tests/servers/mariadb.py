"""A MariaDB server for one test run, on a socket of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from tests.servers.postgresql import die_with_parent

_READY_WITHIN_S = 60.0
_HASTY = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=8M",
    "--skip-log-bin",
    "--performance-schema=off",
)
_SYSTEM_TABLES = ("mysql_system_tables.sql", "mysql_performance_tables.sql", "mysql_system_tables_data.sql")


class NoMariaDBError(Exception):
    """There is no MariaDB here; the text says why."""


@contextmanager
def mariadb_server() -> Iterator[URL]:
    """Give the address of a server whose user may create databases. Raises: NoMariaDBError."""
    # A Unix socket's path has at most 107 characters, which pytest's folders may pass.
    folder = Path(tempfile.mkdtemp(prefix="maria-"))
    try:
        with _running(folder):
            yield URL.create("mysql", "root", query={"unix_socket": str(folder / "socket")})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mariadb_database(server: URL) -> Iterator[URL]:
    """Give the address of a new database, which ends with the block."""
    name = f"bridge_test_{secrets.token_hex(6)}"
    with mariadb_engine(server) as engine:
        run(engine, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
        yield server.set(database=name)
        run(engine, f"DROP DATABASE {name}")


@contextmanager
def mariadb_engine(url: URL) -> Iterator[Engine]:
    """Give an engine of the tests' own on a database."""
    engine = create_engine(url.set(drivername="mysql+pymysql"), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def run(engine: Engine, *statements: str) -> None:
    """Execute statements and commit."""
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@contextmanager
def _running(folder: Path) -> Iterator[None]:
    log = folder / "server.log"
    _initialise(folder)
    command = [_program("mariadbd"), "--no-defaults", f"--datadir={folder}/data", *_as_somebody()]
    command += [f"--socket={folder}/socket", "--skip-networking", f"--pid-file={folder}/pid", *_HASTY]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
        )
    try:
        _await(folder, server, log)
        yield
    finally:
        server.kill()
        server.wait(_READY_WITHIN_S)


def _initialise(folder: Path) -> None:
    """Make the system tables by the server's own scripts: its installer needs tools of another package."""
    (folder / "data").mkdir(mode=0o700)
    command = [_program("mariadbd"), "--no-defaults", f"--datadir={folder}/data", *_as_somebody()]
    command += ["--bootstrap", *_HASTY]
    script = b"CREATE DATABASE mysql;\nUSE mysql;\nSET @skip_auth_anonymous=1;\n"
    script += b"".join((_scripts() / name).read_bytes() for name in _SYSTEM_TABLES)
    done = subprocess.run(command, input=script, capture_output=True, timeout=_READY_WITHIN_S, check=False)
    if done.returncode != 0:
        text = done.stderr.decode(errors="replace")
        raise NoMariaDBError(f"the system tables cannot be made: {text.strip()[-500:]}")


def _scripts() -> Path:
    for folder in map(Path, ("/usr/share/mysql", "/usr/share/mariadb")):
        if (folder / _SYSTEM_TABLES[0]).is_file():
            return folder
    raise NoMariaDBError("the scripts of mariadb-server-core are not in /usr/share/mysql")


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
    if found is None:
        raise NoMariaDBError(
            f"{name} is not installed: on Debian and Ubuntu, apt install mariadb-server-core"
        )
    return found


def _as_somebody() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _await(folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    url = URL.create("mysql", "root", query={"unix_socket": str(folder / "socket")})
    while not (_listens(folder / "socket") and _answers(url)):
        if server.poll() is not None or time.monotonic() > until:
            raise NoMariaDBError(f"mariadbd does not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.05)


def _listens(path: Path) -> bool:
    # The driver forgets to close a socket that finds nobody.
    with socket.socket(socket.AF_UNIX) as asked:
        return asked.connect_ex(str(path)) == 0


def _answers(url: URL) -> bool:
    try:
        with mariadb_engine(url) as engine:
            run(engine, "SELECT 1")
    except DBAPIError:
        return False
    return True
