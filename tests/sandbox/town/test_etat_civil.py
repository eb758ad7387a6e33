"""The civil-status view, read the way an outside system reads it: with SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import URL, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from tests.sandbox.town.live import LiveTown, serving
from tests.servers.postgresql import database

Row = dict[str, Any]


def _read(url: str, query: str = "SELECT * FROM v_suivi_demandes ORDER BY id_demande") -> list[Row]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def any_town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTown]:
    """Give a town whose view lives once in SQLite and once in PostgreSQL."""
    folder: Path = tmp_path_factory.mktemp("town")
    if request.param == "sqlite":
        with serving(folder) as live:
            yield live
        return
    server: URL = request.getfixturevalue("postgresql")
    with database(server) as url, serving(folder, database_url=_shown(url)) as live:
        yield live


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture
def town(any_town: LiveTown) -> LiveTown:
    """Give that town on its first day."""
    any_town.post("/sandbox/reset")
    return any_town


def _url(town: LiveTown) -> str:
    return str(town.ready["etat_civil_database_url"])


def test_the_view_follows_the_day(town: LiveTown) -> None:
    """Whatever the day, the view holds every request made so far with its current status."""
    for day in ("2015-12-01", "2015-12-08", "2015-12-31"):
        town.live(day)
        rows = _read(_url(town))
        assert {row["num_demande"].strip(): row["statut"] for row in rows} == town.truth("etat_civil")
    assert len(rows) == 500


def test_values_are_padded_and_coded_as_an_old_database_does(town: LiveTown) -> None:
    """CHAR columns come padded, sex as a digit, birth dates as text or NULL, given names in order."""
    rows = _read(_url(town))
    assert {len(row["num_demande"]) for row in rows} == {20}
    assert {len(row["nom_naissance"]) for row in rows} == {80}
    assert {row["sexe"] for row in rows} == {"1", "2"}
    assert any(row["lieu_naissance"] is None for row in rows)
    assert any(row["date_naissance"] is None for row in rows)
    dubois = next(row for row in rows if row["prenoms"] == "Angela Claire Louise" and row["date_naissance"])
    assert dubois["nom_naissance"] == "DUBOIS".ljust(80)
    assert any("-" in row["prenoms"] for row in rows)


def test_missing_modification_dates_are_written_as_1900(town: LiveTown) -> None:
    """Some rows never get a modification date: it cannot be used to find what changed."""
    dates = [str(row["date_maj"])[:10] for row in _read(_url(town))]
    assert 0 < dates.count("1900-01-01") < len(dates) / 5


def test_moments_carry_no_zone_and_are_local(town: LiveTown) -> None:
    """Times are those of the office's clock: nobody works at night."""
    moments = [str(row["date_statut"]) for row in _read(_url(town))]
    assert all(len(moment) == 19 for moment in moments)
    assert all(8 <= int(moment[11:13]) <= 18 for moment in moments)


def test_the_view_cannot_be_written(town: LiveTown) -> None:
    """The address given to readers refuses to change anything."""
    engine = create_engine(_url(town), poolclass=NullPool)
    with engine.connect() as connection, pytest.raises(SQLAlchemyError, match=r"read-?only"):
        connection.execute(text("DELETE FROM demandes"))


def test_a_row_can_vanish_and_dates_can_be_null(town: LiveTown) -> None:
    """Both faults show at once, leave the truth alone, and go when switched off."""
    before = _read(_url(town))
    town.post("/sandbox/faults", sql_missing_row=True, sql_null_dates=True)
    spoiled = _read(_url(town))
    assert len(spoiled) == len(before) - 1
    assert {row["date_statut"] for row in spoiled} == {row["date_maj"] for row in spoiled} == {None}
    assert len(town.truth("etat_civil")) == len(before)
    town.post("/sandbox/faults", sql_missing_row=False, sql_null_dates=False)
    assert _read(_url(town)) == before


def test_the_file_of_a_day_says_what_the_view_says(town: LiveTown) -> None:
    """The same requests in the same states, as XML that any parser reads."""
    town.live("2015-12-08")
    root = etree.parse(Path(town.ready["actes_dir"]) / "ACTES_20151208.xml").getroot()
    found = {file.get("id"): file.find("{*}statut").get("code") for file in root}
    assert found == town.truth("etat_civil")
    assert root.get("nombre") == str(len(found))


def test_a_file_may_be_cut_or_announce_more_than_it_holds(town: LiveTown) -> None:
    """Both are faults a reader must see."""
    path = Path(town.ready["actes_dir"]) / "ACTES_20151201.xml"
    town.post("/sandbox/faults", xml_count=1)
    root = etree.parse(path).getroot()
    assert int(root.get("nombre")) == len(root) + 2
    town.post("/sandbox/faults", xml_count=None, xml_truncated=True)
    with pytest.raises(etree.XMLSyntaxError):
        etree.parse(path)
