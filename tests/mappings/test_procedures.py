"""What is told of procedures: reviewed, with its law, and never inferred."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bridge.usecases.translate_record import VOCABULARY
from mappings.check import check_files, procedures_of, reminders
from mappings.errors import MappingError
from mappings.procedure_sheets import Period, later, load_procedure, load_procedures
from tests.mappings.examples import packaged_sources, written

SHEET = """\
code: creche
title: {fr: Place en crèche, en: Nursery place}
service: {fr: Petite enfance, en: the nursery office}
documents:
  - {fr: Un justificatif de domicile, en: Proof of address}
usual_delay: {fr: Trois mois, en: Three months}
silence:
  effect: rejected
  period: {months: 2}
  starts: deposit
  date: computed
  suspension: {fr: Une pièce demandée suspend le délai., en: A document asked for suspends it.}
  reference: "CRPA, L231-4"
reviewed_by: service juridique
reviewed_on: 2015-01-10
"""


def faults(tmp_path: Path, old: str, new: str) -> list[str]:
    """Give what is wrong once one piece of the sheet is replaced."""
    assert old in SHEET
    return check_files([written(tmp_path, SHEET.replace(old, new), "creche.yaml")], VOCABULARY)


def test_a_sheet_is_read_whole(tmp_path: Path) -> None:
    """Every field has its place."""
    sheet = load_procedure(written(tmp_path, SHEET, "creche.yaml"))
    assert sheet.silence
    assert (sheet.silence.period, sheet.silence.is_computed) == (Period(months=2), True)
    assert sheet.documents == ({"fr": "Un justificatif de domicile", "en": "Proof of address"},)
    assert (sheet.reviewed_by, sheet.reviewed_on) == ("service juridique", date(2015, 1, 10))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "effect: rejected",
            "effect: maybe",
            "silence.effect: 'maybe' is not allowed; allowed: accepted, rejected",
        ),
        ('  reference: "CRPA, L231-4"\n', "", "silence.reference: is missing"),
        ("reviewed_by: service juridique\n", "", "reviewed_by: is missing"),
        ("2015-01-10", "10/01/2015", "reviewed_on: must be a date, YYYY-MM-DD, not '10/01/2015'"),
        ("  period: {months: 2}\n", "", "silence.period: is missing: a computed date needs one"),
        (
            "{months: 2}",
            "{months: 2, days: 3}",
            "silence.period: needs one of these keys; allowed: months, days",
        ),
        (
            "starts: deposit",
            "starts: complete",
            "silence.date: 'computed' needs `starts: deposit`: no source says when a file became complete",
        ),
        ("code: creche", "code: ecole", "code: 'ecole' must be the name of the file; allowed: creche"),
        (", en: Proof of address", "", "documents[0].en: is missing"),
        ("usual_delay", "delay", "delay: unknown key"),
    ],
)
def test_a_wrong_sheet_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """With file and key, by the command that checks everything else."""
    assert any(told.startswith(f"creche.yaml: {fault}") for told in faults(tmp_path, old, new))


@pytest.mark.parametrize(
    ("day", "months", "days", "expected"),
    [
        (date(2026, 2, 3), 2, 0, date(2026, 4, 3)),
        (date(2026, 12, 31), 2, 0, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, 0, date(2028, 2, 29)),
        (date(2026, 10, 31), 1, 0, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, 0, date(2026, 12, 30)),
        (date(2026, 2, 20), 0, 15, date(2026, 3, 7)),
    ],
)
def test_months_are_counted_from_date_to_date(day: date, months: int, days: int, expected: date) -> None:
    """The same number of the month, or its last day."""
    assert later(day, months=months, days=days) == expected


def test_every_procedure_a_packaged_mapping_names_is_described() -> None:
    """And no other file lies about."""
    named = set().union(*(procedures_of(source) for source in packaged_sources().values()))
    assert set(load_procedures()) == named


def test_planning_deadlines_are_never_recomputed() -> None:
    """A letter may have changed the period: the date is the instruction software's own."""
    rules = {code: sheet.silence for code, sheet in load_procedures().items() if code.startswith("urb-")}
    assert [code for code, rule in rules.items() if rule and rule.is_computed] == []


def test_a_town_s_own_sheet_comes_first(tmp_path: Path) -> None:
    """The packaged ones stay for the rest."""
    text = SHEET.replace("code: creche", "code: urb-dp")
    written(tmp_path, text, "urb-dp.yaml")
    sheets = load_procedures(tmp_path)
    assert sheets["urb-dp"].title["fr"] == "Place en crèche"
    assert "urb-pc" in sheets


def test_a_folder_with_a_fault_is_refused(tmp_path: Path) -> None:
    """Nothing half-read is published."""
    written(tmp_path, "code: x\n", "x.yaml")
    with pytest.raises(MappingError, match=r"x.yaml: title: is missing"):
        load_procedures(tmp_path)


def test_a_review_grown_old_is_told(tmp_path: Path) -> None:
    """After the months it is good for, and not before; a procedure nobody described is told too."""
    sheets = {"creche": load_procedure(written(tmp_path, SHEET, "creche.yaml"))}
    assert reminders([], sheets, date(2016, 1, 10)) == []
    [stale] = reminders([], sheets, date(2016, 1, 11))
    assert stale.startswith("creche.yaml: reviewed_on: 2015-01-10 is more than 12 months ago")
    [missing] = reminders([packaged_sources()["voirie"]], {}, date(2016, 1, 1))
    assert "voirie.yaml: record.procedure: 'voirie-signalement' has no file in procedures/" in missing
