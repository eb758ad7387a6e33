"""A data protection officer sees why two people would be brought together."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bridge.domain.link_rules import RULES
from bridge.domain.reasons import REASONS
from bridge.errors import ConfigurationError
from run.cli import bridge
from run.identity_files import read_person

CERTIFIED = """\
family_name: DUBOIS
usage_name: MARTIN
given_names: [Angela, Claire]
birth_date: 1955-08-24
gender: female
birth_place: 75040
birth_country: "99100"
"""
KNOWN = (
    '{"family_name": "Martin", "given_names": ["Angéla"], "birth_date": "1955-08-24", "birth_place": "92040"}'
)


@pytest.fixture
def certified(tmp_path: Path) -> str:
    """Give the file of a certified identity."""
    path = tmp_path / "certified.yaml"
    path.write_text(CERTIFIED, encoding="utf-8")
    return str(path)


def explained(*arguments: str, stdin: str = KNOWN) -> Result:
    """Run the command."""
    return CliRunner().invoke(bridge, ["explain-link", *arguments], input=stdin)


def test_the_six_fields_stand_side_by_side_with_their_reasons(certified: str) -> None:
    """Values, likeness, sentence and code of each field, then the row of the table and what follows."""
    told = explained(certified, "-")
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert [line[:20].strip() for line in lines[1:7]] == [
        "Nom de naissance",
        "Prénoms",
        "Date de naissance",
        "Sexe",
        "Commune de naissance",
        "Pays de naissance",
    ]
    assert "DUBOIS" in lines[1]
    assert "compatible : La fiche porte le nom d’usage. [birth_name.usage_name]" in lines[1]
    assert "[birth_place.same_commune]" in lines[5]
    assert "Ressemblance : probable" in lines
    assert any(line.startswith("Ligne du tableau : name_given_name_and_date") for line in lines)
    assert lines[-1].endswith("La fiche est rattachée si la personne prouve qu’elle est la sienne.")


def test_another_origin_is_for_an_agent(certified: str) -> None:
    """The same two people, vouched for by another State."""
    told = explained(certified, "-", "--origin", "european")
    assert "not_vouched_by_the_state" in told.output
    assert told.output.rstrip().endswith("Un agent décide.")


def test_the_table_is_printed_whole() -> None:
    """Every row and every reason, without a person."""
    told = explained("--table")
    assert told.exit_code == 0
    assert all(rule.code in told.output and rule.fr in told.output for rule in RULES)
    assert all(code in told.output and reason.fr in told.output for code, reason in REASONS.items())


def test_one_file_is_not_a_comparison(certified: str) -> None:
    """The command says what it needs."""
    told = explained(certified)
    assert (told.exit_code, "two files are compared" in told.output) == (2, True)


def test_what_a_terminal_would_obey_is_written_out(certified: str) -> None:
    """A file from elsewhere cannot turn the text around or colour it."""
    told = explained(certified, "-", stdin='{"family_name": "\\u202eNITRAM\\u001b[31m"}')
    assert "\\u202eNITRAM\\u001b[31m" in told.output
    assert "\u202e" not in told.output
    assert "\x1b" not in told.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"family_name: [x]", "family_name must be text"),
        (b"given_names: {a: b}", "given_names must be a list of texts"),
        (b"gender: F", "gender must be one of female, male, unspecified"),
        (b"birth_date: 1962-01-01\nbirth_date_precision: about", "birth_date_precision must be one of"),
        (b"name: SECRET", "1 key(s) unknown or written twice"),
        (b"gender: male\ngender: female", "1 key(s) unknown or written twice"),
        (b"- SECRET", "a list of `key: value` is expected"),
        (b"\xff", "the file is not UTF-8"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(content: bytes, said: str) -> None:
    """The refusal names the key and repeats no value."""
    with pytest.raises(ConfigurationError) as caught:
        read_person("file.yaml", content)
    assert caught.value.explanation.startswith("file.yaml: ")
    assert said in caught.value.explanation
    assert "SECRET" not in caught.value.explanation


def test_a_code_written_as_a_number_keeps_its_zero() -> None:
    """Commune 01053 is the same with and without quotes."""
    plain, _ = read_person("a", b"birth_place: 01053")
    quoted, _ = read_person("b", b'birth_place: "01053"')
    number, _ = read_person("c", b'{"birth_place": 1053}')
    assert plain.birth_place == quoted.birth_place == number.birth_place == "01053"
