"""Fixtures every room may ask for: a clock, a vault, and the store on both databases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from tests.contracts.real_org import is_given
from tests.fakes.clock import FakeClock
from tests.fakes.vault import FakeVault
from tests.road.published import is_full_year_asked
from tests.servers.mariadb import NoMariaDBError, mariadb_server
from tests.servers.postgresql import NoPostgreSQLError, database, empty, postgresql_server
from tests.servers.sshd import NoSshdError, RunningSshd, sshd_server

pytest_plugins = ("tests.servers.org_fixtures", "tests.sandbox.town.fixtures")
"""The stand-in org and the town, for every room that asks for them."""

REPLAYED = "streets replayed"
"""The property of a test that says which year it replayed."""
TOGETHER = {Path("tests", room): room for room in ("browser", "independent")}
"""Rooms whose tests share running services; elsewhere a file is what stays together."""
TOGETHER |= dict.fromkeys((Path("tests", "soak"), Path("tests", "road")), "one whole product at a time")
LONG = ("soak", "road", "browser", "independent", "faults", "salesforce")
"""Rooms that begin first, so that no worker waits at the end for a year to pass."""
SERVERS = {"files over SFTP": "sshd", "views of MariaDB": "mariadbd"}


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a third of the time a worker waits for a lease, a process or a page."""
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (ours or 1) + 1


def pytest_report_header() -> list[str]:
    """Say before the first test what cannot be tested here."""
    org = "the contracts run on it too" if is_given() else "NOT tested, only its stand-in (no credentials)"
    year = (
        "replayed" if is_full_year_asked() else "its packaged slice is replayed (all of it: make test-year)"
    )
    servers = [f"{what}: {_found(program)}" for what, program in SERVERS.items()]
    return [f"real Salesforce org: {org}", f"full year of street requests: {year}", *servers]


def _found(program: str) -> str:
    there = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    return f"{program} is here" if there else f"NOT tested, {program} is not installed"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep tests that share a server with one worker, where several work side by side.

    Before xdist looks, for what has no group by then is dealt out test by test.
    """
    for item in items:
        file = item.path.relative_to(config.rootpath)
        room = next((name for room, name in TOGETHER.items() if room in file.parents), str(file))
        item.add_marker(pytest.mark.xdist_group(room))
    rooms = [f"tests/{room}/" for room in LONG]
    items.sort(
        key=lambda item: next((n for n, room in enumerate(rooms) if room in str(item.path)), len(rooms))
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell whether the real year was replayed, or only the slice that travels with the project."""
    reports = terminalreporter.stats.get("passed", [])
    told = {value for report in reports for name, value in report.user_properties if name == REPLAYED}
    for line in sorted(map(str, told)):
        terminalreporter.section("the road")
        terminalreporter.line(line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skip as a failure in continuous integration, where everything can be installed."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
    return report


@pytest.fixture
def clock() -> FakeClock:
    """Give a clock that stands still until it is moved."""
    return FakeClock()


@pytest.fixture
def vault() -> FakeVault:
    """Give a vault without keys."""
    return FakeVault()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[URL]:
    """Give a running PostgreSQL; without one the test is skipped, or fails where CI is set."""
    try:
        with postgresql_server() as server:
            yield server
    except NoPostgreSQLError as error:
        _untested("PostgreSQL", error)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[URL]:
    """Give a running MariaDB; without one the test is skipped, or fails where CI is set."""
    try:
        with mariadb_server() as server:
            yield server
    except NoMariaDBError as error:
        _untested("MariaDB", error)


@pytest.fixture(scope="session")
def sshd() -> Iterator[RunningSshd]:
    """Give a running SFTP server; without one the test is skipped, or fails where CI is set."""
    try:
        with sshd_server() as server:
            yield server
    except NoSshdError as error:
        _untested("SFTP", error)


def _untested(what: str, error: Exception) -> None:
    text = f"{what} is NOT tested: {error}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: URL) -> Iterator[URL]:
    """Give a database with this version's tables and no rows, to be copied."""
    with database(postgresql) as url:
        with _engine(url) as engine:
            migrate(engine)
        yield url


@pytest.fixture(scope="session")
def shared_postgresql(postgresql: URL, migrated_postgresql: URL) -> Iterator[URL]:
    """Give a database that tests use one after the other, emptied in between."""
    with database(postgresql, migrated_postgresql.database or "") as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with this version's tables and no rows, to be copied."""
    file = tmp_path_factory.mktemp("store") / "bridge.db"
    with _engine(URL.create("sqlite", database=str(file))) as engine:
        migrate(engine)
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def store_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an engine over an empty database, once on SQLite and once on PostgreSQL.

    A test that changes tables, or the server's connections, says that it wants one of its own.
    """
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = _copied(request.getfixturevalue("migrated_sqlite"), tmp_path)
        elif request.node.get_closest_marker("own_database"):
            template: URL = request.getfixturevalue("migrated_postgresql")
            url = stack.enter_context(database(template, template.database or ""))
        else:
            url = request.getfixturevalue("shared_postgresql")
            empty(url)
        yield stack.enter_context(_engine(url))


@pytest.fixture
def store(store_engine: Engine, vault: FakeVault) -> SqlStore:
    """Give a fresh store, once on SQLite and once on PostgreSQL."""
    return SqlStore(store_engine, vault)


@pytest.fixture
def sqlite_store(migrated_sqlite: Path, tmp_path: Path, vault: FakeVault) -> Iterator[SqlStore]:
    """Give a fresh store on SQLite alone, for what does not depend on the database."""
    with _engine(_copied(migrated_sqlite, tmp_path)) as engine:
        yield SqlStore(engine, vault)


def _copied(file: Path, folder: Path) -> URL:
    return URL.create("sqlite", database=str(shutil.copy(file, folder / "bridge.db")))


@contextmanager
def _engine(url: URL) -> Iterator[Engine]:
    engine = create_store_engine(url.render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()
