"""A draft fills in what a sample shows, leaves a marked gap elsewhere, and holds nobody's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.usecases.translate_record import VOCABULARY
from mappings.check import check_files
from mappings.gaps import GAP
from mappings.loader import load_source
from mappings.proposing import SampleFacts, draft
from mappings.yaml_text import read_yaml
from tests.mappings.examples import SMALL, TODAY, written

STATES = ("INST", "ACC", "INST", "INST", "ACC", "VU AVEC M. NOM")
RECORDS = [
    {
        "NUM_DOSSIER": f"DP 0{number}",
        "TYPE": "DP",
        "NOM": f"Nom{number}",
        "PRENOM": f"Zoé, Inès{number}",
        "DT_NAISS": "00/03/1980" if number else "12/03/1980",
        "SEXE": "FM"[number % 2],
        "DT_DEPOT": f"0{number + 1}/02/2015",
        "DT_ETAT": ("01/01/1900", "2015-03-01", "02/03/2015", "03/03/2015", "", "")[number],
        "CD_ETAT": state,
        "OBS": "voisin difficile",
        "QUARTIER": f"Quartier {number}",
    }
    for number, state in enumerate(STATES)
]


def drafted(records: list[dict[str, object]] | None = None) -> str:
    """Give the draft of a source from these records."""
    facts = SampleFacts.of(records or RECORDS)
    return draft("essai", facts, {"kind": "csv_drop", "pattern": GAP, "columns": []}, TODAY)


def test_what_the_sample_shows_is_filled_in() -> None:
    """Columns by their names, the format that reads every date, the words of the status with their counts."""
    text = drafted()
    for line in (
        "  id: {field: NUM_DOSSIER, transform: collapse_spaces}",
        "  received: {field: DT_DEPOT, date: french_date}",
        "    family_name: {field: NOM, transform: collapse_spaces}",
        "    given_names: {field: PRENOM, split: comma}",
        "    birth_date: {field: DT_NAISS, date: french_partial_date}",
        '    gender: {field: SEXE, table: {"F": female, "M": male}, otherwise: null}',
        '    "INST": {phase: "???", waiting_for: "???"}  # 3 ×',
        '    "ACC": {phase: "???", waiting_for: "???"}  # 2 ×',
        "    # + 1 vu(s) une seule fois, non écrit(s) / seen once, not written",
        "internal: [OBS]",
        "#   QUARTIER (6)",
    ):
        assert line in text.splitlines()


def test_a_column_that_says_whose_it_is_is_still_the_person_s() -> None:
    """The applicant is a parent for a nursery place; a child is nobody who signs in."""
    names = {"NOM": "NOM_ENFANT", "PRENOM": "PRENOMS_PARENT", "DT_NAISS": "DATE_NAISS_DU_PARENT"}
    text = drafted([{names.get(name, name): value for name, value in row.items()} for row in RECORDS])
    assert "    given_names: {field: PRENOMS_PARENT, split: comma}" in text
    assert "    birth_date: {field: DATE_NAISS_DU_PARENT, date: french_partial_date}" in text
    assert "family_name" not in text


def test_a_date_no_format_reads_whole_is_a_gap_with_the_nearest_one() -> None:
    """The rest is for the service to correct; what stands for no date is set aside."""
    line = '  since: {field: DT_ETAT, date: "???", empty_if: ["01/01/1900"]}  # french_date: 2 / 4'
    assert line in drafted().splitlines()


def test_a_draft_holds_nobody_s_data() -> None:
    """No name, no date of birth, no text of an agent: it can be sent by mail."""
    text = drafted()
    for personal in ("Nom1", "M. NOM", "Zoé", "Inès", "1980", "voisin", "Quartier 1", "DP 0"):
        assert personal not in text


def test_internal_and_unread_columns_are_not_read(tmp_path: Path) -> None:
    """The least is read: what has a role."""
    content, _ = read_yaml(drafted().encode())
    assert isinstance(content, dict)
    assert not {"OBS", "QUARTIER"} & set(content["transport"]["columns"])


def test_a_column_too_varied_is_no_vocabulary() -> None:
    """Its texts might be anything, so none is written."""
    records: list[dict[str, object]] = [{"NUM": str(n), "ETAT": f"texte {n}"} for n in range(80)]
    text = drafted(records)
    assert "texte" not in text
    assert f'    "{GAP}": {{phase: "{GAP}", waiting_for: "{GAP}"}}  # 0 ×' in text.splitlines()


def test_a_draft_cannot_go_live(tmp_path: Path) -> None:
    """Each gap is refused by name, with what may stand there, and only once."""
    problems = check_files([written(tmp_path, drafted(), "essai.yaml")], VOCABULARY)
    gap = "is a gap the draft left: write what belongs here"
    assert f"essai.yaml: sector: {gap}" in problems
    assert f"essai.yaml: transport.pattern: {gap}" in problems
    assert f"essai.yaml: absence: {gap}; allowed: unchanged, gone, unknown" in problems
    assert any(
        p.startswith(f"essai.yaml: status.words.INST.phase: {gap}; allowed: action_req") for p in problems
    )
    assert len({problem.split(": ")[1] for problem in problems}) == len(problems)


def test_a_finished_draft_is_a_mapping(tmp_path: Path) -> None:
    """Nothing has to be taken out of it: filling the gaps is enough."""
    text = drafted()
    answers = {"every_minutes": "60", "absence": "gone", "phase": "received", "waiting_for": "town"}
    for key, answer in answers.items():
        text = text.replace(f'{key}: "{GAP}"', f"{key}: {answer}")
    text = text.replace(f'date: "{GAP}"', "date: french_date").replace(f'"{GAP}"', "Voirie")
    mapping = load_source(written(tmp_path, text, "essai.yaml"), VOCABULARY)
    assert mapping.internal == {"OBS"}
    assert set(mapping.status.words) == {"INST", "ACC"}


def test_nested_records_give_paths() -> None:
    """As an API writes them."""
    records: list[dict[str, object]] = [{"number": n, "demandeur": {"nom": f"N{n}"}} for n in range(3)]
    assert "    family_name: {field: [demandeur, nom], transform: collapse_spaces}" in drafted(records)


@pytest.mark.parametrize("key", ["title", "internal"])
def test_a_gap_anywhere_is_refused(tmp_path: Path, key: str) -> None:
    """In a file written by hand too."""
    old = {"title": "{fr: Petite, en: Small}", "internal": "[SECRET]"}[key]
    new = {"title": f'{{fr: "{GAP}", en: Small}}', "internal": f'["{GAP}"]'}[key]
    [problem] = check_files([written(tmp_path, SMALL.replace(old, new))], VOCABULARY)
    assert "is a gap the draft left" in problem


def test_a_column_read_and_internal_is_refused(tmp_path: Path) -> None:
    """One or the other."""
    text = SMALL.replace("directory: env:DROP", "directory: env:DROP, columns: [SECRET]")
    problems = check_files([written(tmp_path, text)], VOCABULARY)
    assert "small.yaml: internal: SECRET is among transport.columns, so it would be read" in problems
