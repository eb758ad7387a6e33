"""One raw record becomes what the product understands, or says why it cannot."""

from __future__ import annotations

import traceback
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.usecases.translate_record import VOCABULARY, content, identity
from mappings.errors import RecordError, UnmappedStatusError
from mappings.loader import load_source
from mappings.model import MappedMoment, SourceMapping
from mappings.records import ID_LENGTH, map_record, record_id
from tests.mappings.examples import ROW, SMALL, TODAY, mapped, packaged_sources, small, written


@pytest.fixture(scope="module")
def mapping(tmp_path_factory: pytest.TempPathFactory) -> SourceMapping:
    """Give the small mapping."""
    return small(tmp_path_factory.mktemp("small"))


def test_a_record_is_read_whole(mapping: SourceMapping) -> None:
    """Every rule of a file reaches its place in the record."""
    record = map_record(mapping, ROW, "ligne 2", today=TODAY)
    assert (record.source_case_id, record.title, record.procedure) == ("1", "Objet", "proc-a")
    assert record.received is not None
    assert (record.received.at.isoformat(), record.received.precision) == ("2016-01-01T23:00:00+00:00", "day")
    assert record.person is not None
    assert (record.person.family_name, record.person.birth_date, record.person.gender) == (
        "DUBOIS",
        "1962-08-24",
        "female",
    )
    assert record.person.given_names == ()
    assert (record.status.phase, record.status.legacy_code, record.status.legacy_label) == (
        "in_progress",
        "OPEN",
        "OPEN",
    )


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"ID": "  "}, "record.id_missing", "small.yaml: ligne 2: record.id: the record has no number"),
        (
            {"ID": "x" * (ID_LENGTH + 1)},
            "record.id_too_long",
            "small.yaml: ligne 2: record.id: the number is longer than 80 characters",
        ),
        (
            {"TYPE": ""},
            "record.required",
            "small.yaml: ligne 2 (1): record.procedure: the record has no value here",
        ),
        (
            {"TYPE": "Z"},
            "record.table",
            "small.yaml: ligne 2 (1): record.procedure: 'Z' is not in the table; allowed: A, B",
        ),
        (
            {"RECEIVED": "31/02/2026"},
            "record.date",
            "small.yaml: ligne 2 (1): record.received: '31/02/2026' is no french_date",
        ),
        (
            {"TITLE": ["a"]},
            "record.type",
            "small.yaml: ligne 2 (1): record.title: a list stands where a text is read",
        ),
        (
            {"BORN": "29/02/2015"},
            "record.date",
            "small.yaml: ligne 2 (1): record.person.birth_date: the value is no french_partial_date",
        ),
        (
            {"BORN": "16/01/2016"},
            "record.date",
            "small.yaml: ligne 2 (1): record.person.birth_date: the value is in the future",
        ),
        (
            {"SEX": "Mme DUBOIS"},
            "record.table",
            "small.yaml: ligne 2 (1): record.person.gender: the value is not in the table; allowed: M, F",
        ),
    ],
)
def test_a_record_that_cannot_be_read_says_where_and_why(
    mapping: SourceMapping, changes: dict[str, object], code: str, text: str
) -> None:
    """The text names file, position, number and key, and never a person's data."""
    with pytest.raises(RecordError) as refusal:
        map_record(mapping, ROW | changes, "ligne 2", today=TODAY)
    assert (refusal.value.code, str(refusal.value)) == (code, text)


@pytest.mark.parametrize("word", ["ZZTOP", "", None, "open", " OPENED "])
def test_a_status_word_we_do_not_know_is_never_guessed(mapping: SourceMapping, word: str | None) -> None:
    """A new word, a blank or NULL stops with the rest of the record, its phase unknown and its word kept."""
    with pytest.raises(UnmappedStatusError) as refusal:
        map_record(mapping, ROW | {"CODE": word}, "ligne 2", today=TODAY)
    kept = (word or "").strip()
    found = refusal.value
    assert (found.code, found.key, found.allowed) == (
        "record.status_unmapped",
        "status.words",
        ("OPEN", "DONE"),
    )
    assert str(found) == (
        f"small.yaml: ligne 2 (1): status.words: the status word {kept!r} is not in the table; "
        "allowed: OPEN, DONE"
    )
    status = found.without_status.status
    assert (status.phase, status.outcome, status.waiting_for) == ("unknown", None, "unknown")
    assert (status.legacy_code, status.legacy_label) == (kept, kept)
    assert found.without_status.title == "Objet"
    assert content("small", found.without_status, "small@3", None).status.phase == "unknown"


def test_an_unknown_word_promises_no_date_of_silence(tmp_path: Path) -> None:
    """A legal date is never shown for a state nobody has explained."""
    text = f"{SMALL}silence: {{on: {{field: LEGAL, date: iso_date}}}}\n"
    mapping = load_source(written(tmp_path, text), VOCABULARY)
    values = ROW | {"LEGAL": "2016-02-01"}
    assert map_record(mapping, values, "ligne 2", today=TODAY).silence_on == date(2016, 2, 1)
    with pytest.raises(UnmappedStatusError) as refusal:
        map_record(mapping, values | {"CODE": "ZZTOP"}, "ligne 2", today=TODAY)
    assert refusal.value.without_status.silence_on is None


def test_the_number_can_be_read_alone(mapping: SourceMapping) -> None:
    """Records are told apart before anything else of them is read."""
    assert record_id(mapping, {"ID": " 1 "}, "ligne 2") == "1"
    with pytest.raises(RecordError) as refusal:
        record_id(mapping, {}, "ligne 2")
    assert refusal.value.code == "record.id_missing"


def test_unknown_fields_are_none_or_the_default_a_file_declares(mapping: SourceMapping) -> None:
    """Nothing is invented for an empty cell."""
    record = map_record(mapping, {"ID": "1", "TYPE": "A", "CODE": "DONE"}, "ligne 2", today=TODAY)
    assert (record.title, record.received, record.status.since) == ("Sans objet", None, None)
    assert record.person is not None
    assert (record.person.family_name, record.person.birth_date, record.person.birth_precision) == (
        None,
        None,
        None,
    )


def test_a_birth_date_refused_leaves_no_trace_of_itself(mapping: SourceMapping) -> None:
    """Not even the chain of causes, which logs print, holds the date of a person."""
    values = ROW | {"BORN": "31/02/1962"}
    with pytest.raises(RecordError) as refusal:
        map_record(mapping, values, "ligne 2", today=TODAY)
    assert "1962" not in "".join(traceback.format_exception(refusal.value))


@pytest.mark.parametrize(
    ("raw", "items"),
    [
        (["Plan de masse", " ", None, "Notice"], ("Plan de masse", "Notice")),
        ("Plan, coté", ("Plan, coté",)),
        (None, ()),
    ],
)
def test_a_list_of_items_is_read_as_the_source_gives_it(
    tmp_path: Path, raw: object, items: tuple[str, ...]
) -> None:
    """Nested data brings lists; one text without a declared separator is one item."""
    old = "OPEN: {phase: in_progress, waiting_for: town}"
    text = SMALL.replace(old, "OPEN: {phase: action_required, waiting_for: citizen, action: send_documents}")
    mapping = load_source(written(tmp_path, f"{text}next: {{items: MISSING}}\n"), VOCABULARY)
    assert map_record(mapping, ROW | {"MISSING": raw}, "ligne 2", today=TODAY).next_items == items


def test_a_midnight_a_system_invented_can_be_dropped(tmp_path: Path) -> None:
    """`precision: day` keeps the day of a date whose hour means nothing."""
    mapping = small(tmp_path, "date: iso_datetime}", "date: iso_datetime, precision: day}")
    since = map_record(mapping, ROW, "ligne 2", today=TODAY).status.since
    assert since is not None
    assert (since.at.isoformat(), since.precision) == ("2016-01-02T23:00:00+00:00", "day")


def test_long_texts_are_cut_to_what_the_store_takes(mapping: SourceMapping) -> None:
    """A label of ten thousand characters is kept to its first ones."""
    record = map_record(mapping, ROW | {"TITLE": "é" * 10_000}, "ligne 2", today=TODAY)
    assert record.title == "é" * 255


def test_tests_on_other_columns_are_tried_in_order(tmp_path: Path) -> None:
    """One remote word with two meanings is decided by a second column, all tests of a line together."""
    words = """OPEN:
      - when: [{field: [a, b], equals: [x, y]}, {field: NOTE, contains: fini}]
        {phase: ready, waiting_for: citizen}
      - {phase: received, waiting_for: town}
""".replace("{phase: ready, waiting_for: citizen}", "phase: ready\n        waiting_for: citizen")
    text = SMALL.replace("OPEN: {phase: in_progress, waiting_for: town}\n", words)
    mapping = load_source(written(tmp_path, text), VOCABULARY)
    expected = [("X ", "C'est FINI.", "ready"), ("x", "non", "received"), ("z", "fini", "received")]
    for nested, note, phase in expected:
        values = ROW | {"a": {"b": nested}, "NOTE": note}
        assert map_record(mapping, values, "ligne 2", today=TODAY).status.phase == phase


@given(
    st.dictionaries(
        st.sampled_from(sorted(ROW)),
        st.one_of(
            st.none(),
            st.text(max_size=12),
            st.integers(),
            st.booleans(),
            st.lists(st.text(max_size=3), max_size=2),
        ),
    )
)
def test_whatever_a_source_sends_it_is_read_or_refused(
    mapping: SourceMapping, changes: dict[str, object]
) -> None:
    """No record breaks the reading, and what is read always becomes the domain's own values."""
    try:
        record = map_record(mapping, ROW | changes, "ligne 2", today=TODAY)
    except UnmappedStatusError as error:
        record = error.without_status
    except RecordError:
        return
    content("small", record, mapping.mapping_version, None)
    if record.person:
        identity(record.person)


def test_two_sources_may_use_one_number() -> None:
    """The key of a case holds its source, so a number is never mistaken for another town office's."""
    values: dict[str, object] = {"service_request_id": "1", "status": "open"}
    record = mapped("voirie", values)
    assert content("voirie", record, "voirie@1", None).key.external_id == "voirie:1"
    assert set(packaged_sources()) == {"urbanisme", "etat-civil", "demarches", "voirie"}


def test_today_bounds_the_dates_by_itself(mapping: SourceMapping) -> None:
    """Without a given day the present one is used, and a date a century ahead is refused."""
    ahead = f"01/01/{date.today().year + 11}"  # noqa: DTZ011 - the bound is a day, not an instant
    with pytest.raises(RecordError, match="is no french_date"):
        map_record(mapping, ROW | {"RECEIVED": ahead}, "ligne 2")
    assert isinstance(map_record(mapping, ROW, "ligne 2").received, MappedMoment)
