"""The civil-status database: a table the software fills, and the view it lets others read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import CHAR, Column, DateTime, Engine, Integer, MetaData, Table, Text, create_engine, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from sandbox.town.clock import PARIS, end_of
from sandbox.town.etat_civil.requests import Change, CivilRequest
from sandbox.town.etat_civil.telefiles import TelefileDrop
from sandbox.town.etat_civil.words import LABELS
from sandbox.town.faults import Faults
from sandbox.town.records import Standing

VIEW = "v_suivi_demandes"
NUMBER_WIDTH, NAME_WIDTH = 20, 80
# What this software writes for "no date".
NO_DATE = datetime(1900, 1, 1)  # noqa: DTZ001 - local time without zone, as in the real column

# SQLite has no date type: seconds, as the other databases show them.
_SECONDS = sqlite.DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call] # untyped in SQLAlchemy
_moment = DateTime().with_variant(_SECONDS, "sqlite")
_metadata = MetaData()
demandes = Table(
    "demandes",
    _metadata,
    Column("id_demande", Integer, primary_key=True),
    Column("num_demande", CHAR(NUMBER_WIDTH), nullable=False),
    Column("type_demande", Text, nullable=False),
    Column("nom_naissance", CHAR(NAME_WIDTH), nullable=False),
    Column("prenoms", Text),
    Column("sexe", CHAR(1)),
    Column("date_naissance", Text),
    Column("lieu_naissance", Text),
    Column("pays_naissance", Text),
    Column("statut", Text, nullable=False),
    Column("libelle_statut", Text, nullable=False),
    Column("date_demande", _moment),
    Column("date_statut", _moment),
    Column("message_usager", Text),
    Column("commentaire_interne", Text),
    Column("date_maj", _moment),
)


class Register:
    """The civil-status office: its view shows each request as it stands at the end of the day."""

    def __init__(
        self, requests: Sequence[CivilRequest], directory: Path, database_url: str | None, faults: Faults
    ) -> None:
        self._requests = requests
        self._faults = faults
        directory.mkdir(parents=True, exist_ok=True)
        path = (directory / "etat_civil.db").resolve()
        self._engine = create_engine(database_url or f"sqlite:///{path}", poolclass=NullPool)
        self.read_only_url = _read_only(database_url or "", path)
        self.telefiles = TelefileDrop(directory / "actes", faults)
        _install(self._engine)

    def move(self, day: date) -> None:
        """Rewrite the table as it stands at the end of that day, in one transaction, and drop the file."""
        moment = _evening(day)
        standing = [(r, change) for r in self._requests if (change := r.at(moment)) is not None]
        rows = [_row(request, change) for request, change in standing]
        if self._faults.number("sql_missing_row") and rows:
            del rows[len(rows) // 2]
        if self._faults.number("sql_null_dates"):
            rows = [row | {"date_statut": None, "date_maj": None} for row in rows]
        with self._engine.begin() as connection:
            connection.execute(demandes.delete())
            if rows:
                connection.execute(demandes.insert(), rows)
        self.telefiles.write(day, standing)

    def truth(self, day: date) -> Mapping[str, Standing]:
        """The status of each request made by that day, by its number without padding."""
        changes = ((r.number, r.at(_evening(day))) for r in self._requests)
        return {
            number: Standing(change.status, LABELS[change.status]) for number, change in changes if change
        }

    def gone(self, _day: date) -> Mapping[str, str]:
        """Nothing: the office never deletes a request."""
        return {}

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Numbers of the requests of each person with a key."""
        owned: dict[str, list[str]] = {}
        for request in self._requests:
            if request.person.key:
                owned.setdefault(request.person.key, []).append(request.number)
        return owned


def _evening(day: date) -> datetime:
    return end_of(day, PARIS).replace(tzinfo=None)


def _row(request: CivilRequest, change: Change) -> dict[str, object]:
    person = request.person
    birth_date = None if request.birth_unknown else person.birth_date
    return {
        "id_demande": request.key,
        "num_demande": request.number.ljust(NUMBER_WIDTH),
        "type_demande": request.kind,
        "nom_naissance": person.family_name.ljust(NAME_WIDTH),
        "prenoms": " ".join(person.given_names),
        "sexe": "2" if person.gender == "female" else "1",
        "date_naissance": birth_date.isoformat() if birth_date else None,
        "lieu_naissance": None if request.birth_unknown else person.birthplace,
        "pays_naissance": person.birth_country,
        "statut": change.status,
        "libelle_statut": LABELS[change.status],
        "date_demande": request.changes[0].at,
        "date_statut": change.at,
        "message_usager": change.message,
        "commentaire_interne": change.comment,
        "date_maj": NO_DATE if request.undated else change.at,
    }


def _install(engine: Engine) -> None:
    columns = ", ".join(column.name for column in demandes.columns)
    with engine.begin() as connection:
        connection.execute(text(f"DROP VIEW IF EXISTS {VIEW}"))
        _metadata.drop_all(connection)
        _metadata.create_all(connection)
        connection.execute(text(f"CREATE VIEW {VIEW} AS SELECT {columns} FROM demandes"))  # noqa: S608 - fixed names


def _read_only(database_url: str, path: Path) -> str:
    if not database_url:
        return f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.update_query_dict({"options": "-c default_transaction_read_only=on"})
    return url.render_as_string(hide_password=False)
