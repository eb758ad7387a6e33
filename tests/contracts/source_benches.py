"""The connectors that stand the contract of a source: one line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from bridge.adapters.sources.rest.paths import at
from bridge.domain.synchronisation import SourceRecord
from bridge.usecases.ports import SourceReader
from tests.adapters.sources.test_rest_planning import SEARCH
from tests.adapters.sources.wire import reader_of, town_options
from tests.sandbox.town.live import LiveTown
from tests.servers.sshd import RunningSshd

Database = Literal["sqlite", "postgresql", "mariadb"]
Options = Mapping[str, object]
BEFORE_ALL = "2015-01-01"
FIRST_DAY = "2015-12-01"


@dataclass(frozen=True, slots=True)
class Bench:
    """An outlet of the stand-in town, and which of its values are number and status.

    `away` are the options that lead where nobody answers. `system` is whose truth it tells, the outlet's own
    name by default. One that `forgets` shows no change of what is older than ninety days. `day` is when the
    reading begins; `numbered` is how the numbers begin that this outlet shows.
    """

    outlet: str
    number: str
    status: str
    away: Options
    options: Options = field(default_factory=dict)
    database: Database = "sqlite"
    system: str = ""
    by_sftp: bool = False
    forgets: bool = False
    day: str = FIRST_DAY
    numbered: str = ""

    @property
    def truth_of(self) -> str:
        """The system of the town that this outlet shows."""
        return self.system or self.outlet

    @property
    def next_day(self) -> str:
        """The day after the first reading."""
        return (date.fromisoformat(self.day) + timedelta(days=1)).isoformat()

    def truth(self, town: LiveTown) -> dict[str, str]:
        """Where each record of this outlet really stands."""
        found = town.truth(self.truth_of)
        return {number: status for number, status in found.items() if number.startswith(self.numbered)}

    def reader(
        self, town: LiveTown, sshd: RunningSshd | None, spool: Path, **changed: object
    ) -> SourceReader:
        """Give a reader of this outlet."""
        options = town_options(town.ready, self.outlet) | dict(self.options)
        if sshd:
            options |= sshd.options(str(options["directory"])) | {"keep_free_megabytes": 1}
        return reader_of(options | changed, spool=spool)

    def standing(self, records: list[SourceRecord]) -> dict[str, str]:
        """Give the last status read of each number."""
        found = {
            str(at(r.values, self.number)).strip(): str(at(r.values, self.status) or "") for r in records
        }
        return {number: status for number, status in found.items() if status != "supprime"}


_NOWHERE: Options = {"directory": "/nowhere/at/all"}
_SHUT: Options = {"port": 1}
_PLANNING = ("urbanisme", "NUM_DOSSIER", "CD_ETAT")
_FILES = ("actes", "@id", "statut@code")
_VIEW = ("etat_civil", "num_demande", "statut")
_STREETS = ("voirie", "service_request_id", "status", {"url": "http://127.0.0.1:1/open311/v2"})
_HUB = ("platau", "idDossier", "etat")
_AWAY: Options = {"url": "http://127.0.0.1:1/away"}
_BY_TIME: Options = {"batch": 100, "modified": "date_maj"}
_PAGES: Options = {"batch": 100}
_NO_SQLITE: Options = {"database_url": "sqlite:////nowhere/none.db"}
_NO_POSTGRESQL: Options = {"database_url": "postgresql://127.0.0.1:1/none"}
_NO_MARIADB: Options = {"database_url": "mariadb://127.0.0.1:1/none"}
_SINCE: Options = {"since": BEFORE_ALL, "page_size": 500}

BENCHES = {
    "csv-folder": Bench(*_PLANNING, _NOWHERE),
    "csv-sftp": Bench(*_PLANNING, _SHUT, by_sftp=True),
    "xml-folder": Bench(*_FILES, _NOWHERE, system="etat_civil"),
    "xml-sftp": Bench(*_FILES, _SHUT, system="etat_civil", by_sftp=True),
    "sql-sqlite": Bench(*_VIEW, _NO_SQLITE, _PAGES),
    "sql-sqlite-by-time": Bench(*_VIEW, _NO_SQLITE, _BY_TIME),
    "sql-postgresql": Bench(*_VIEW, _NO_POSTGRESQL, _PAGES, "postgresql"),
    "sql-postgresql-by-time": Bench(*_VIEW, _NO_POSTGRESQL, _BY_TIME, "postgresql"),
    "sql-mariadb": Bench(*_VIEW, _NO_MARIADB, _PAGES, "mariadb"),
    "sql-mariadb-by-time": Bench(*_VIEW, _NO_MARIADB, _BY_TIME, "mariadb"),
    "graphql": Bench(
        "demarches", "number", "state", {"url": "http://127.0.0.1:1/graphql"}, {"page_size": 50}
    ),
    "open311": Bench(*_STREETS, _SINCE),
    "open311-without-updates": Bench(*_STREETS, {**_SINCE, "updates": False}, forgets=True),
    "rest-offset": Bench("stationnement", "id", "workflow.status.id", _AWAY, system="publik", numbered="12-"),
    "rest-cursor": Bench(*_HUB, _AWAY, day="2015-05-20"),
    "rest-page": Bench(*_HUB, _AWAY, SEARCH, day="2015-05-20"),
    "rest-queue": Bench("hubee", "id", "status", _AWAY, day="2015-02-20"),
    "rest-numbers": Bench("openads", "dossier_instruction", "etat_dossier", _AWAY, day="2015-03-20"),
    "soap": Bench("atal", "codeDemande", "etat.description", _AWAY, day="2015-04-10"),
}
