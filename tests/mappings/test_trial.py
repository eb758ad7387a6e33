"""A raw record beside what its mapping makes of it, with nobody's name in it unless asked for."""

from __future__ import annotations

import pytest

from mappings.masking import masked
from mappings.trial import Line, Trial, try_record
from tests.mappings.examples import TODAY, packaged_sources
from tests.mappings.test_urbanisme import ROW

PERSON = {"NOM": "DUBOIS", "PRENOMS": "Angela, Claire", "DT_NAISS": "24/08/1962", "CODE_SUIVI": "1234 5678"}


def tried(**changes: str) -> Trial:
    """Try a row of the planning office."""
    return try_record(packaged_sources()["urbanisme"], ROW | PERSON | changes, "ligne 2", TODAY)


def lines(trial: Trial) -> dict[str, Line]:
    """Give the lines by key."""
    return {line.key: line for line in trial.lines}


@pytest.mark.parametrize(
    ("text", "shape"),
    [("24/08/1962", "99/99/9999"), ("Éléonore d'Arc", "Xxxxxxxx x'Xxx"), ("2A004", "9X999"), ("a\nb", "x x")],
)
def test_a_mask_keeps_the_shape_alone(text: str, shape: str) -> None:
    """A wrong date format is seen without the date."""
    assert masked(text) == shape


def test_each_rule_stands_beside_the_columns_it_read() -> None:
    """What was written, what it became, and from where."""
    found = lines(tried(CD_ETAT="ACC", OBJET="Clôture"))
    assert found["status"].mapped == "decided · accepted"
    assert found["status.waiting_for"].mapped == "nobody"
    assert found["status"].raw == (("CD_ETAT", "ACC"),)
    assert found["record.title"].raw == (("OBJET", "Clôture"),)
    assert found["record.person.given_names"].mapped == "Angela · Claire"


def test_nothing_that_names_a_person_is_left_when_hidden() -> None:
    """Neither in the raw values nor in the mapped ones, sentences included."""
    text = repr([line.hidden() for line in tried(OBJET="Mur de DUBOIS").lines])
    for value in ("DUBOIS", "Angela", "Claire", "24/08/1962", "1962-08-24", "1234", "Mur"):
        assert value not in text
    assert "ACC" in repr([line.hidden() for line in tried(CD_ETAT="ACC").lines])


def test_a_record_that_stops_shows_the_rule_it_stops_at() -> None:
    """With the key, and nothing of what could not be read."""
    trial = tried(DT_ETAT="31/02/2016")
    assert trial.error
    assert (trial.error.key, trial.error.code) == ("status.since", "record.date")
    assert set(lines(trial)) == {"record.id", "status.since"}


def test_a_new_status_word_shows_the_rest() -> None:
    """The case will be shown as being checked, so the whole record is told."""
    trial = tried(CD_ETAT="ZZZ")
    assert trial.error
    assert trial.error.code == "record.status_unmapped"
    assert lines(trial)["status"].mapped == "unknown"


def test_columns_no_rule_reads_are_named() -> None:
    """By their names alone: one of them may be what is missing."""
    assert tried(QUARTIER="Nord").unread == ("ADRESSE", "OBS", "QUARTIER")
