"""What a source file is refused for, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bridge.domain.identity import Gender
from bridge.usecases.translate_record import VOCABULARY
from mappings.errors import MappingError
from mappings.loader import load_source, load_sources
from mappings.model import GENDERS
from tests.mappings.examples import SMALL, small, written

FAULTS = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["message"].partition(":")[0])
def test_a_fault_is_named_with_file_key_and_what_is_allowed(tmp_path: Path, fault: dict[str, str]) -> None:
    """Whoever wrote the file can mend it from the message alone."""
    with pytest.raises(MappingError) as refusal:
        small(tmp_path, fault["old"], fault["new"])
    assert f"small.yaml: {fault['message']}" in str(refusal.value).splitlines()


def test_the_small_file_is_right(tmp_path: Path) -> None:
    """The file the other tests spoil is itself accepted."""
    mapping = small(tmp_path)
    assert mapping.mapping_version == "small@3"
    assert mapping.transport == {"kind": "csv_drop", "directory": "env:DROP"}


@pytest.mark.parametrize(
    "rule",
    ["{value: unspecified}", "{field: SEX, table: {F: female}, otherwise: null, if_empty: unspecified}"],
)
def test_a_gender_is_fixed_or_translated(tmp_path: Path, rule: str) -> None:
    """What is written on the right-hand side is one of the words the product knows, or nothing."""
    assert small(tmp_path, "{field: SEX, table: {M: male, F: female}}", rule).record.person is not None


def test_the_genders_are_those_of_the_product() -> None:
    """A word the loader lets through never fails later."""
    assert set(GENDERS) == set(Gender)


def test_a_source_is_looked_at_as_often_as_it_has_news_unless_it_says_otherwise(tmp_path: Path) -> None:
    """A nightly file may be looked for every quarter of an hour and still be expected once a day."""
    assert (small(tmp_path).every_minutes, small(tmp_path).poll_minutes) == (60, 60)
    often = small(tmp_path, "every_minutes: 60", "every_minutes: 60\npoll_minutes: 15")
    assert (often.every_minutes, often.poll_minutes) == (60, 15)


def test_a_wrong_absence_is_one_fault(tmp_path: Path) -> None:
    """The guard is not asked for beside a word that says nothing yet."""
    with pytest.raises(MappingError) as refusal:
        small(tmp_path, "absence: unknown\nminimum_share: 0.8", "absence: perhaps")
    assert [problem.key for problem in refusal.value.problems] == ["absence"]


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    """A file with three faults is mended in one go."""
    text = (
        SMALL.replace("version: 3", "version: 0")
        .replace("CODE\n", "CODE\n  colour: red\n")
        .replace("F: f", "F: 2, f: f")
    )
    with pytest.raises(MappingError) as refusal:
        load_source(written(tmp_path, text), VOCABULARY)
    assert [problem.key for problem in refusal.value.problems] == [
        "status.colour",
        "version",
        "record.person.gender.table.F",
    ]
    assert (refusal.value.file, refusal.value.key) == ("small.yaml", "status.colour")


def test_the_first_fault_is_told_apart(tmp_path: Path) -> None:
    """A caller can show file, key, problem and allowed values each in its place."""
    with pytest.raises(MappingError) as refusal:
        small(tmp_path, "absence: unknown", "absence: perhaps")
    found = refusal.value
    assert (found.file, found.key, found.problem, found.allowed) == (
        "small.yaml",
        "absence",
        "'perhaps' is not allowed",
        ("unchanged", "gone", "unknown"),
    )


def test_a_directory_is_loaded_whole_or_not_at_all(tmp_path: Path) -> None:
    """The faults of every file come together, and a file that would be skipped for its name is one."""
    written(tmp_path, SMALL)
    written(tmp_path, SMALL.replace("version: 3", "version: 0"), "two.yaml")
    written(tmp_path, SMALL, "three.yml")
    written(tmp_path, "# notes", "README.md")
    with pytest.raises(MappingError) as refusal:
        load_sources(tmp_path, VOCABULARY)
    assert str(refusal.value).splitlines() == [
        "three.yml: must be named .yaml to be read",
        "two.yaml: version: must be a whole number from 1 to 1000000",
        "two.yaml: source: 'small' must be the name of the file; allowed: two",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be keys and values, not nothing"),
        ("- a", "must be keys and values, not a list"),
        ("x: !!a b", "line 1: tags are not allowed"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """An empty file, a list or a tag is told with the file's name."""
    with pytest.raises(MappingError) as refusal:
        load_source(written(tmp_path, text), VOCABULARY)
    assert str(refusal.value).splitlines()[0] == f"small.yaml: {message}"


def test_a_missing_file_or_directory_is_told(tmp_path: Path) -> None:
    """A wrong path is a mapping fault, not a crash."""
    with pytest.raises(MappingError, match=r"none\.yaml: the file cannot be read"):
        load_source(tmp_path / "none.yaml", VOCABULARY)
    with pytest.raises(MappingError, match="nowhere: the directory cannot be read"):
        load_sources(tmp_path / "nowhere", VOCABULARY)
