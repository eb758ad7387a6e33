"""Files and views that fail as they do in a town: no half is believed, nothing is skipped, all is told."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine

from bridge.adapters.store.store import SqlStore
from bridge.domain.synchronisation import Delivery
from bridge.errors import ConfigurationError, PermanentError
from bridge.usecases.overview import late_source
from run.commands.doctor_sources import source_checks
from tests.adapters.sources.test_sql_servers import legacy, locked, on, refusal, run
from tests.adapters.sources.wire import read_all, reader_of, records_of
from tests.fakes.clock import FakeClock
from tests.faults.drop_hall import DropHall, line, text
from tests.http.site import Site
from tests.http.visits import UNDER_WAY, read
from tests.servers.cut_line import cut_line
from tests.servers.sshd import RunningSshd, sshd_server
from tests.usecases.town import URBANISME

__all__ = ["legacy"]

IN_MEMORY = Path("/dev/shm")
LARGE = text([line(n, OBJET="X" * 900) for n in range(2_000)])


@pytest.fixture
def site(sqlite_store: SqlStore, clock: FakeClock) -> Site:
    """Give the application, whose console shows what failed."""
    return Site.over(sqlite_store, clock)


@pytest.fixture
def hall(site: Site, tmp_path: Path) -> DropHall:
    """Give a hall whose office drops files in a folder of this machine."""
    folder, spool = tmp_path / "depot", tmp_path / "spool"
    folder.mkdir()
    return DropHall(site, folder, spool, {"directory": str(folder)})


@pytest.fixture
def far(hall: DropHall, sshd: RunningSshd) -> DropHall:
    """Give a hall whose office drops files on an SFTP server."""
    return replace(hall, options=sshd.options(hall.folder) | {"keep_free_megabytes": 1})


@pytest.fixture(params=["folder", "sftp"])
def either(request: pytest.FixtureRequest) -> DropHall:
    """Give each hall in turn."""
    found: DropHall = request.getfixturevalue("hall" if request.param == "folder" else "far")
    return found


def test_f16_a_full_spool_pauses_before_the_file_is_taken(far: DropHall) -> None:
    """Nothing is fetched, the console says what to do, and with room the same file is read."""
    far.drop("URBA_1.csv", text([line(1)]))

    assert far.sync(keep_free_megabytes=1 << 30).error_code == "source.spool_full"
    assert [path for path in far.spool.rglob("*") if path.is_file()] == []
    assert "Plus assez de place pour recevoir le fichier" in far.console()
    assert far.sync().changed == 1
    assert far.health().error_code is None


def test_f53_a_file_still_being_written_is_not_taken(either: DropHall) -> None:
    """Without a marker, size and time must stay the same between two looks; then it is read whole."""
    rules: dict[str, object] = {"marker": "", "stable_for_s": 10}
    half = text([line(1)])
    path = either.drop("URBA_1.csv", half, marker=False)
    either.meanwhile.append(lambda: path.write_bytes(half + f"{line(2)}\r\n".encode("cp1252")))

    growing = either.sync(**rules)
    assert (growing.read, growing.error_code) == (0, None)
    assert either.sync(**rules).changed == 2


def test_f53_a_truncated_file_is_refused_whole_and_the_state_before_it_stays(either: DropHall) -> None:
    """Its first rows are sound and are not believed either; the next file mends it all by itself."""
    either.drop("URBA_1.csv", text([line(1), line(2)]))
    either.sync()
    later = text([line(1, CD_ETAT="ACC"), line(2, CD_ETAT="ACC")])
    either.drop("URBA_2.csv", later[:-20])

    cut = either.sync()
    assert (cut.changed, cut.error_code) == (0, "source.file_truncated")
    assert set(either.states().values()) == {"INST"}
    assert "s’arrête avant sa fin" in either.console()
    either.drop("URBA_3.csv", later)
    either.sync()
    assert set(either.states().values()) == {"ACC"}


def test_f54_a_trailer_that_announces_more_rows_refuses_the_file(hall: DropHall) -> None:
    """A thousand announced and 998 there: nothing is taken, and the console shows both numbers."""
    rows = text([line(n) for n in range(998)])
    hall.drop("URBA_1.csv", rows + b"FIN;1000\r\n")

    short = hall.sync(trailer="FIN;{rows}")
    assert (short.changed, short.error_code) == (0, "source.count")
    told = hall.console()
    assert "1000" in told
    assert "998" in told
    hall.drop("URBA_2.csv", rows + b"FIN;998\r\n")
    assert hall.sync(trailer="FIN;{rows}").changed == 998


def test_f54_a_file_cut_before_its_trailer_is_refused(hall: DropHall) -> None:
    """A file that ends with a whole row is whole only when its last line says so."""
    hall.drop("URBA_1.csv", text([line(1)]))

    assert hall.sync(trailer="FIN;{rows}").error_code == "source.file_truncated"


def test_f54_an_xml_file_must_hold_what_it_announces(tmp_path: Path) -> None:
    """The same, where the number stands in the head of the file."""
    (tmp_path / "A.xml").write_text(f'<L n="1000">{"<D/>" * 998}</L>')
    with pytest.raises(PermanentError) as caught:
        read_all(reader_of(xml(tmp_path, count="L/@n")))

    assert caught.value.code == "source.count"
    assert "announces 1000 records, it holds 998" in caught.value.explanation


def test_f55_a_file_sent_again_is_noted_and_skipped(either: DropHall) -> None:
    """The same bytes under today's name cost no record."""
    same = text([line(1)])
    either.drop("URBA_1.csv", same)
    either.sync()
    either.drop("URBA_2.csv", same)

    assert either.sync().read == 0
    assert either.sync(pattern="URBA_2.csv").read == 0


def test_f55_the_same_name_with_other_content_is_a_new_delivery(either: DropHall) -> None:
    """A corrected extract is read, whatever its name was."""
    either.drop("URBA_1.csv", text([line(1)]))
    either.sync()
    either.drop("URBA_1.csv", text([line(1, CD_ETAT="ACC")]))

    assert either.sync().changed == 1
    assert either.states() == {"DP 1": "ACC"}


def test_f65_a_connection_lost_at_sixty_per_cent_goes_on_where_it_broke(
    far: DropHall, sshd: RunningSshd
) -> None:
    """In the same run; the second visit carries what was missing, and every row arrives once."""
    far.drop("URBA_1.csv", LARGE)
    listing = 10**9
    with cut_line(sshd.port, listing, len(LARGE) * 6 // 10) as broken:
        summary = far.sync(port=broken.port)

    assert (summary.changed, summary.error_code) == (2_000, None)
    assert len(broken.carried) == 3
    assert broken.carried[2] < len(LARGE) * 0.65


def test_f65_a_fetching_given_up_goes_on_in_a_later_run(far: DropHall, sshd: RunningSshd) -> None:
    """What a run that failed had fetched lies in the spool; the next one, of a new reader, goes on there."""
    far.drop("URBA_1.csv", LARGE)
    with cut_line(sshd.port, 10**9, *[len(LARGE) // 4] * 3) as broken:
        assert far.sync(port=broken.port).error_code == "source.unavailable"
    (part,) = (path for path in far.spool.rglob("*") if path.is_file())
    here = part.stat().st_size
    assert 0 < here < len(LARGE)
    with cut_line(sshd.port) as line_again:
        assert far.sync(port=line_again.port).changed == 2_000
    assert line_again.carried[1] < len(LARGE) - here + 120_000 < len(LARGE)


def test_f65_a_changed_host_key_stops_the_source_before_anything_is_sent(far: DropHall) -> None:
    """Neither name, password nor key goes to a server that is not the one expected."""
    far.drop("URBA_1.csv", text([line(1)]))
    with sshd_server() as stranger:
        summary = far.sync(port=stranger.port, password="secret", private_key_file=None)
        seen = stranger.log.read_text()

    assert summary.error_code == "source.host_key"
    assert "Connection from 127.0.0.1" in seen
    assert "userauth-request" not in seen
    assert "une autre clé que prévu" in far.console()


def test_f65_a_forbidden_folder_is_told(far: DropHall) -> None:
    """The account may enter and not read: the console says so within the run."""
    far.drop("URBA_1.csv", text([line(1)]))
    far.folder.chmod(0o700)

    assert far.sync(user="nobody").error_code == "source.forbidden"
    assert "nous refuse un dossier" in far.console()


def test_f65_a_directory_full_of_old_files_is_listed_page_by_page(far: DropHall) -> None:
    """Twenty thousand old files cost no memory and no fetching; the one new file is read."""
    with TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as full:
        crowded = replace(far, folder=Path(full))
        for number in range(20_000):
            os.mknod(crowded.folder / f"URBA_0{number:05d}.csv")
        crowded.drop("URBA_1.csv", text([line(1)]))

        summary = crowded.sync(start_at="URBA_1", directory=full)

    assert (summary.changed, summary.error_code) == (1, None)


def test_f65_a_link_in_the_folder_leads_nowhere(far: DropHall, tmp_path: Path) -> None:
    """What a link points at is not what was dropped."""
    (tmp_path / "elsewhere.csv").write_bytes(text([line(1)]))
    (far.folder / "URBA_1.csv").symlink_to(tmp_path / "elsewhere.csv")
    (far.folder / "URBA_1.csv.ok").touch()

    assert far.sync().read == 0


def test_f66_a_column_renamed_in_the_view_stops_it(legacy: Engine) -> None:
    """The code says what to look at, and nothing is taken."""
    run(legacy, "DROP VIEW v", "CREATE VIEW v AS SELECT id AS numero, state, changed FROM t")

    assert refusal(legacy, modified="changed").code == "source.header"


def test_f66_a_lock_of_ten_minutes_costs_the_time_allowed(legacy: Engine) -> None:
    """The question ends, says why, and everything is there at the next look."""
    with locked(legacy):
        assert refusal(legacy).code == "source.locked"

    assert len(records_of(read_all(on(legacy))[0])) == 2


def test_f66_no_row_is_skipped_at_a_border_of_one_moment_or_by_a_clock_ahead(legacy: Engine) -> None:
    """Five hundred rows of one moment, then changes dated by a clock seven minutes ahead: all are read."""
    moment = datetime(2025, 3, 3, 9, 55)  # noqa: DTZ001 - the server's local time, without a zone
    rows = ", ".join(f"({n}, 'X', '{moment}')" for n in range(10, 510))
    run(legacy, f"INSERT INTO t VALUES {rows}")
    first, cursor = read_all(on(legacy, modified="changed", batch=100, overlap_minutes=10))
    ahead = datetime(2025, 3, 3, 10, 7)  # noqa: DTZ001 - the same
    run(legacy, f"UPDATE t SET state = 'Y', changed = '{ahead}' WHERE id = 10")
    second, cursor = read_all(on(legacy, modified="changed", batch=100, overlap_minutes=10), cursor)
    run(legacy, f"UPDATE t SET state = 'Z', changed = '{ahead - timedelta(minutes=2)}' WHERE id = 11")
    third, _ = read_all(on(legacy, modified="changed", batch=100, overlap_minutes=10), cursor)

    assert len(records_of(first)) == 502
    assert ("10", "Y") in states(second)
    assert {("10", "Y"), ("11", "Z")} <= states(third)


def states(deliveries: list[Delivery]) -> set[tuple[object, object]]:
    """Give what stands in each row read."""
    return {(r.values["id"], r.values["state"]) for r in records_of(deliveries)}


def test_f70_a_silent_source_is_named_with_the_day_of_its_last_news(hall: DropHall, clock: FakeClock) -> None:
    """The folder answers and brings nothing: console and page say since when, and what is shown is dated."""
    hall.site.tell(UNDER_WAY)
    hall.drop("URBA_1.csv", text([line(1)]))
    hall.sync()
    heard = clock.now()
    clock.move(timedelta(minutes=2 * URBANISME.every_minutes + 1))

    late = late_source(URBANISME, hall.health(), clock.now())
    assert late
    assert (late.since, late.failing_since) == (heard, None)
    assert "en retard" in hall.console()
    (doctor,) = (check for name, check in source_checks(hall.site.services) if name == "source urbanisme")
    with pytest.raises(ConfigurationError) as caught:
        doctor()
    assert caught.value.code == "source.silent"
    assert f"silent since {heard:%Y-%m-%d %H:%M} UTC" in caught.value.explanation
    assert "Voici ce que nous savions le 3 mars 2025" in read(hall.site.citizen(1)).text


def xml(folder: Path, **options: object) -> dict[str, object]:
    """Give the options of a folder of XML files."""
    given = {"kind": "xml_drop", "directory": str(folder), "pattern": "*.xml", "marker": "", "record": "L/D"}
    return {**given, **options}
