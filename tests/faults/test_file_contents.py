"""What a dropped file may hold, or fail to hold, and what comes of it: nothing wrong is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bridge.adapters.store.store import SqlStore
from bridge.adapters.store.tables import audit_entries, runs
from bridge.domain.status import DatePrecision, Moment, Outcome, Phase
from tests.adapters.store.samples import add_link, link
from tests.domain.people import ANGELA
from tests.fakes.clock import FakeClock
from tests.faults.dropped_files import Office, office
from tests.usecases.people import PAUL, PSEUDONYMS
from tests.usecases.town import case, causes, numbers, parked, row, timeline

TEN = range(10)
THOUSAND = 1_000


@pytest.fixture
def town(tmp_path: Path, sqlite_store: SqlStore, clock: FakeClock) -> Office:
    """Give the planning office and its folder, empty."""
    return office(tmp_path, sqlite_store, clock)


def silent(town: Office) -> list[int]:
    """Give which of the ten are flagged as no longer reported."""
    return [number for number in TEN if case(town.store, number).no_longer_reported_at]


def test_f56_yesterdays_file_after_todays_takes_no_status_back(town: Office) -> None:
    """An older file that arrives late is left; what the newer one said stays."""
    town.drop(2, row(1, CD_ETAT="ACC"))
    town.read()
    town.drop(1, row(1, CD_ETAT="DEP"))
    assert town.read().read == 0
    assert case(town.store).content.status.outcome is Outcome.ACCEPTED
    assert len(timeline(town.store)) == 1


def test_f57_a_shrunken_file_closes_nothing_until_a_person_confirms(town: Office) -> None:
    """The run keeps which numbers were compared; the one who accepts them is in the journal."""
    town.drop(1, *(row(number) for number in TEN))
    town.read()
    town.drop(2, *(row(number) for number in range(6)))
    doubted = town.read()
    assert (doubted.error_code, doubted.reported, doubted.expected) == ("source.volume", 6, 10)
    assert silent(town) == []
    assert town.read(accepted=7).error_code == "source.volume"
    assert silent(town) == []

    accepted = town.read(accepted=6)
    assert (accepted.error_code, accepted.no_longer_reported) == (None, 4)
    assert silent(town) == [6, 7, 8, 9]
    assert all(case(town.store, number).content.status.phase is Phase.IN_PROGRESS for number in TEN)
    with town.store._engine.connect() as connection:
        kept = connection.execute(select(runs.c.reported, runs.c.expected).order_by(runs.c.started_at))
        assert [tuple(one) for one in kept] == [(10, 10), (6, 10), (6, 10), (6, 10)]
        entry = audit_entries.c
        noted = connection.execute(select(entry.actor, entry.subject, entry.detail))
        assert [tuple(one) for one in noted] == [("operator", "urbanisme", "6 of 10")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda _header, _rows: b"", "source.empty"),
        (lambda header, _rows: header, "source.empty"),
        (lambda header, rows: header.replace(b"CD_ETAT", b"ETAT") + rows, "source.header"),
    ],
    ids=["empty", "header only", "column missing"],
)
def test_f58_a_file_without_its_header_or_rows_is_refused(town: Office, change: object, code: str) -> None:
    """Refused whole: no case is touched, none is missing, and the source says why."""
    header, _, rows = town.drop(1, row(1)).read_bytes().partition(b"\r\n")
    town.read()
    assert callable(change)
    town.drop_bytes(2, change(header + b"\r\n", rows))
    summary = town.read()
    assert (summary.error_code, summary.no_longer_reported) == (code, 0)
    assert case(town.store).version == 1


def test_f58_swapped_and_new_columns_change_no_record(
    town: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    """Columns are found by their names; one nobody asked for stays outside, and is told."""
    first = town.drop(1, row(1), row(2))
    town.read()
    lines = [line.split(";") for line in first.read_text("cp1252").splitlines()]
    swapped = [";".join([*reversed(line), "nouveau"]) for line in lines]
    town.drop_bytes(2, "".join(f"{line}\r\n" for line in swapped).encode("cp1252"))
    summary = town.read()
    assert (summary.read, summary.changed, summary.unchanged) == (2, 0, 2)
    (told,) = [line for line in "".join(capfd.readouterr()).splitlines() if "left outside" in line]
    assert "nouveau" in told
    assert not any(name in told for name in town.mapping.internal)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "LEFÈVRE"), ("utf-8-sig", "LEFÈVRE"), ("mixed", "LEFÈVRE")],
)
def test_f59_another_encoding_than_declared_is_refused_with_its_byte(
    town: Office, encoding: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """No mojibake is shown to anybody: the file waits, and a likely encoding is only suggested."""
    if encoding == "mixed":
        whole = town.drop(1, row(1, NOM=name)).read_bytes()
        town.drop_bytes(1, whole + whole.partition(b"\r\n")[2].decode("cp1252").encode())
    else:
        town.drop(1, row(1, NOM=name), encoding=encoding)
    summary = town.read()
    assert summary.error_code in {"source.encoding", "source.header"}
    assert numbers(town.store) == []
    assert name not in "".join(capfd.readouterr())


def test_f59_utf_8_with_its_signature_is_read_where_it_is_declared(town: Office) -> None:
    """The signature is no part of the first column's name."""
    declared = replace(town.mapping, transport={**town.mapping.transport, "encoding": "utf-8"})
    town.drop(1, row(1, OBJET="Clôture"), encoding="utf-8-sig")
    assert replace(town, mapping=declared).read().changed == 1
    assert case(town.store).content.title == "Clôture"


def test_f60_separators_and_line_breaks_in_quotes_are_text(town: Office) -> None:
    """A label may hold what separates the others."""
    town.drop(1, row(1, OBJET="Clôture ; portail"), row(2, LB_ETAT="en cours\r\nd'instruction"))
    assert town.read().changed == 2
    assert case(town.store).content.title == "Clôture ; portail"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"en cours", b"en\rcours", "source.csv"),
        (b"en cours", b"en\0cours", "source.nul"),
        (b";DP;", b';"DP;', "source.file_truncated"),
    ],
    ids=["lone carriage return", "NUL", "quote that swallows the rest"],
)
def test_f60_what_makes_no_row_refuses_the_file(town: Office, old: bytes, new: bytes, code: str) -> None:
    """Rows swallowed by an open quote are missed: nothing of the file is taken."""
    whole = town.drop(1, *(row(number) for number in TEN)).read_bytes()
    at = whole.index(old, whole.index(b"DP 2"))
    town.drop_bytes(1, whole[:at] + new + whole[at + len(old) :])
    assert town.read().error_code == code
    assert numbers(town.store) == []


@pytest.mark.parametrize("word", ["ZZZ", "NULL", "  ", ""])
def test_f62_an_unknown_status_word_is_kept_and_shown_as_being_checked(town: Office, word: str) -> None:
    """Nobody guesses: the word is kept as it came, the case says that we check, an agent gets the cause."""
    town.drop(1, row(1, CD_ETAT=word, LB_ETAT="en zone grise"), row(2))
    town.read()
    status = case(town.store).content.status
    assert (status.phase, status.legacy_label) == (Phase.UNKNOWN, "en zone grise")
    assert status.legacy_code == word.strip()
    assert causes(town.store) == {"DP 1": "record.status_unmapped"}


def test_f62_a_new_label_under_a_known_word_is_shown_as_it_came(town: Office) -> None:
    """The word decides; its label is only what the office calls it now."""
    town.drop(1, row(1, LB_ETAT="instruction engagée"))
    town.read()
    status = case(town.store).content.status
    assert (status.phase, status.legacy_label) == (Phase.IN_PROGRESS, "instruction engagée")
    assert parked(town.store) == ()


@pytest.mark.parametrize("date", ["31/02/2026", "00/00/0000", "03/02/25", "03/02/2036", "32/01/2025"])
@pytest.mark.parametrize("column", ["DT_DEPOT", "DT_ETAT"])
def test_f63_an_impossible_date_stops_its_record_alone(town: Office, column: str, date: str) -> None:
    """The record is parked and the case stays as it was: no order is taken from such a date."""
    town.drop(1, row(1), row(2))
    town.read()
    town.drop(2, row(1) | {column: date, "CD_ETAT": "ACC"}, row(2, CD_ETAT="ACC"))
    town.read()
    assert causes(town.store) == {"DP 1": "record.date"}
    assert case(town.store, 1).version == 1
    assert case(town.store, 2).content.status.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("30/03/2025 02:30", "2025-03-30T01:30"),
        ("26/10/2025 02:30", "2025-10-26T00:30"),
        ("26/10/2025 03:30", "2025-10-26T02:30"),
    ],
    ids=["the hour that never comes", "the hour that comes twice", "the hour after"],
)
def test_f63_local_time_around_a_change_of_clocks_is_one_instant(
    town: Office, written: str, utc: str
) -> None:
    """Clamped by one rule: after the change in March, the first passage in October."""
    since = town.mapping.status.since
    assert since is not None
    timed = replace(since, date="french_date_time")
    mapping = replace(town.mapping, status=replace(town.mapping.status, since=timed))
    town.drop(1, row(1, DT_ETAT=written))
    replace(town, mapping=mapping).read()
    expected = Moment(datetime.fromisoformat(utc).replace(tzinfo=UTC), DatePrecision.MINUTE)
    assert case(town.store).content.status.since == expected


def test_f64_one_number_for_two_people_links_nobody(town: Office) -> None:
    """Both rows are parked, in the two places where they stand, and neither citizen gets the case."""
    _sign_in(town)
    town.drop(1, row(1), row(2), row(1, PAUL))
    summary = town.read()
    assert (summary.read, summary.changed, summary.parked) == (3, 1, 2)
    assert numbers(town.store) == ["DP 2"]
    (record,) = parked(town.store)
    assert (record.cause_code, record.position) == ("record.duplicate", "ligne 2, ligne 4")


def test_f64_two_people_a_thousand_rows_apart_are_found_before_either_is_believed(town: Office) -> None:
    """The border between two batches hides nothing, and the first is not absorbed before its double."""
    _sign_in(town)
    between = (row(number) for number in range(2, THOUSAND + 2))
    town.drop(1, row(1), *between, row(1, PAUL))
    summary = town.read()
    assert (summary.changed, summary.parked) == (THOUSAND, 2)
    assert numbers(town.store, most=2) == []
    (record,) = parked(town.store)
    assert record.position == f"ligne 2, ligne {THOUSAND + 3}"


def test_f64_a_second_person_beside_an_unchanged_record_changes_nothing(town: Office) -> None:
    """The case stays what and whose it was; the newcomer gets nothing; both rows are parked."""
    _sign_in(town)
    town.drop(1, row(1), row(2))
    town.read()
    town.drop(2, row(1), row(2), row(1, PAUL))
    summary = town.read()
    assert (summary.changed, summary.unchanged, summary.parked) == (0, 1, 2)
    held = case(town.store)
    assert (held.version, held.link_id) == (1, "l_1")
    assert causes(town.store) == {"DP 1": "record.duplicate"}

    town.drop(3, row(1), row(2))
    town.read()
    assert parked(town.store) == ()
    assert case(town.store).version == 1


def test_f72_a_status_that_flaps_keeps_both_turns_in_its_history(town: Office) -> None:
    """A, then B, then A again in three files read at once: three entries, the last one going back."""
    for day, word in enumerate(("INST", "ACC", "INST"), start=1):
        town.drop(day, row(1, CD_ETAT=word))
    assert town.read().changed == 3
    told = [(event.status.phase, event.moved_back) for event in timeline(town.store)]
    assert told == [(Phase.IN_PROGRESS, False), (Phase.DECIDED, False), (Phase.IN_PROGRESS, True)]
    assert case(town.store).version == 3


def _sign_in(town: Office) -> None:
    """Have both people known, so that a case could find either."""
    add_link(town.store, link(1, contact="003A"), *PSEUDONYMS.link_keys(ANGELA))
    add_link(town.store, link(2, contact="003B"), *PSEUDONYMS.link_keys(PAUL))
