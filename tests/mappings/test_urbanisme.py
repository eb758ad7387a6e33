"""The planning office: every status word, the dates that count, and what never leaves."""

from __future__ import annotations

from datetime import date

import pytest

from mappings.errors import RecordError
from tests.mappings.examples import mapped, packaged_sources

ROW: dict[str, object] = {
    "NUM_DOSSIER": "DP 092040 15 00031",
    "TYPE": "DP",
    "OBJET": "Changement de devanture, enseigne « Au Bon Œuf »",
    "NOM": "DUBOIS",
    "PRENOMS": "Angela, Claire, Louise",
    "SEXE": "F",
    "DT_NAISS": "24/08/1962",
    "LIEU_NAISS": "75107",
    "PAYS_NAISS": "99100",
    "ADRESSE": "4 rue des Épinettes",
    "DT_DEPOT": "09/11/2015",
    "CD_ETAT": "INST",
    "LB_ETAT": "en cours d'instruction",
    "DT_ETAT": "19/11/2015",
    "DT_LIMITE": "09/12/2015",
    "PIECES_MANQUANTES": "Notice descriptive ; insertion graphique\nPhotographie proche",
    "OBS": "INTERNE",
}


@pytest.mark.parametrize(
    ("code", "phase", "outcome", "waiting_for", "tacit"),
    [
        ("DEP", "received", None, "town", False),
        ("RECEP", "received", None, "town", False),
        ("INST", "in_progress", None, "town", False),
        ("CONSULT", "awaiting_third_party", None, "third_party", False),
        ("INC", "in_progress", None, "town", False),
        ("INCNOT", "action_required", None, "citizen", False),
        ("ACC", "decided", "accepted", "nobody", False),
        ("ACCPRES", "decided", "accepted", "nobody", False),
        ("NONOPP", "decided", "accepted", "nobody", False),
        ("ACCTAC", "decided", "accepted", "nobody", True),
        ("REF", "decided", "refused", "nobody", False),
        ("OPP", "decided", "refused", "nobody", False),
        ("REJTAC", "decided", "refused", "nobody", True),
        ("SANSSUITE", "closed", "closed_without_decision", "nobody", False),
        ("RETRAIT", "closed", "withdrawn", "nobody", False),
    ],
)
def test_every_status_word(code: str, phase: str, outcome: str | None, waiting_for: str, tacit: bool) -> None:
    """Each word of the planning software has one meaning, its own wording kept beside it."""
    status = mapped("urbanisme", ROW | {"CD_ETAT": code}).status
    assert (status.phase, status.outcome, status.waiting_for, status.tacit) == (
        phase,
        outcome,
        waiting_for,
        tacit,
    )
    assert (status.legacy_code, status.legacy_label, status.keep_final) == (
        code,
        "en cours d'instruction",
        False,
    )


def test_the_table_has_no_other_word() -> None:
    """The words tested above are all the words of the file."""
    assert len(packaged_sources()["urbanisme"].status.words) == 15


def test_missing_pieces_are_asked_only_once_the_letter_has_left() -> None:
    """INC is the town's own check and asks nothing; INCNOT lists the pieces and their date."""
    before, after = (mapped("urbanisme", ROW | {"CD_ETAT": code}) for code in ("INC", "INCNOT"))
    assert (before.next_action, before.next_items, before.due_on, before.silence_on) == (None, (), None, None)
    assert after.next_action == "send_documents"
    assert after.next_items == ("Notice descriptive", "insertion graphique", "Photographie proche")
    assert (after.due_on, after.silence_on) == (date(2015, 12, 9), None)


@pytest.mark.parametrize(
    ("code", "silence_on"),
    [
        ("DEP", None),
        ("RECEP", None),
        ("INST", date(2015, 12, 9)),
        ("CONSULT", date(2015, 12, 9)),
        ("ACC", None),
    ],
)
def test_the_legal_date_is_told_only_while_it_runs(code: str, silence_on: date | None) -> None:
    """The software's limit date is the date of silence only for a file under instruction."""
    assert mapped("urbanisme", ROW | {"CD_ETAT": code}).silence_on == silence_on


def test_the_person_is_read_with_every_given_name() -> None:
    """Given names come as a list in order, codes as INSEE writes them."""
    person = mapped("urbanisme", ROW).person
    assert person is not None
    assert person.given_names == ("Angela", "Claire", "Louise")
    assert (person.birth_date, person.birth_precision, person.gender) == ("1962-08-24", "day", "female")
    assert (person.birth_place, person.birth_country) == ("75107", "99100")


def test_a_company_is_nobody() -> None:
    """A company has a name and nothing else, so it can never be linked to a citizen."""
    company = {"PRENOMS": "", "SEXE": "", "DT_NAISS": "", "LIEU_NAISS": "", "PAYS_NAISS": ""}
    person = mapped("urbanisme", ROW | company | {"NOM": "SCI DU VIEUX CHÊNE"}).person
    assert person is not None
    assert (person.given_names, person.birth_date, person.gender) == ((), None, None)
    assert (person.birth_place, person.birth_country) == (None, None)


@pytest.mark.parametrize("typed", ["DP  092040 15 00031 ", "dp 092040\u00a015 00031"])
def test_a_number_is_one_number_however_it_is_spaced(typed: str) -> None:
    """Spaces and capitals do not make a second case."""
    record = mapped("urbanisme", ROW | {"NUM_DOSSIER": typed})
    assert record.source_case_id == "DP 092040 15 00031"
    assert record.references == (("DP 092040 15 00031", "urbanisme"),)


def test_internal_remarks_are_never_read() -> None:
    """Neither OBS nor the address is asked of the file, and no rule could read them."""
    columns = packaged_sources()["urbanisme"].transport["columns"]
    assert isinstance(columns, list)
    assert not {"OBS", "ADRESSE"} & set(columns)
    assert "INTERNE" not in repr(mapped("urbanisme", ROW))


@pytest.mark.parametrize("text", ["31/02/2026", "00/00/0000", "29/02/2015", "05/07/15", "01/01/2027"])
def test_an_impossible_date_parks_the_record(text: str) -> None:
    """Order is never taken from a date that cannot be."""
    with pytest.raises(RecordError) as refusal:
        mapped("urbanisme", ROW | {"DT_ETAT": text})
    assert (refusal.value.code, refusal.value.key) == ("record.date", "status.since")


def test_the_nightly_file_is_looked_for_all_day() -> None:
    """It is expected once a day, and taken within a quarter of an hour of its arrival."""
    mapping = packaged_sources()["urbanisme"]
    assert (mapping.every_minutes, mapping.poll_minutes) == (1440, 15)


def test_the_secret_of_the_receipt_is_read_and_never_told() -> None:
    """As it is printed; not in the repr of a record, nor in an error about it."""
    record = mapped("urbanisme", ROW | {"CODE_SUIVI": " 1234 5678 9012 3456 "})
    assert record.receipt_secret == "1234 5678 9012 3456"
    assert "1234" not in repr(record)
    assert mapped("urbanisme", ROW).receipt_secret is None
    with pytest.raises(RecordError) as refused:
        mapped("urbanisme", ROW | {"CODE_SUIVI": ["1234567890123456"]})
    assert "1234" not in str(refused.value)
