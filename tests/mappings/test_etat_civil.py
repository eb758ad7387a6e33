"""Civil status: every word of HubEE, local times, and the date that means no date."""

from __future__ import annotations

from datetime import datetime

import pytest

from bridge.domain.status import CaseStatus, Outcome, Phase, WaitingFor
from bridge.usecases.translate_record import content
from tests.mappings.examples import held, mapped, packaged_sources

ROW: dict[str, object] = {
    "id_demande": 12,
    "num_demande": "EC-2015-000012      ",
    "type_demande": "ACTE_NAISSANCE",
    "nom_naissance": "DUBOIS".ljust(80),
    "prenoms": "Yves Bernard Jean-Claude",
    "sexe": "1",
    "date_naissance": "1942-07-23",
    "lieu_naissance": "13215",
    "pays_naissance": "99100",
    "statut": "IN_PROGRESS",
    "libelle_statut": "En cours de traitement",
    "date_demande": "2015-10-07 13:30:00",
    "date_statut": datetime(2015, 10, 12, 13, 52, 45),  # noqa: DTZ001 - as the driver gives it
    "message_usager": "Merci de joindre un justificatif.",
    "commentaire_interne": "INTERNE : doute sur la filiation",
    "date_maj": "1900-01-01 00:00:00",
}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SENT", ("received", None, "town", None, False)),
        ("SI_RECEIVED", ("received", None, "town", None, False)),
        ("SI_INTG_ERROR", ("received", None, "town", None, False)),
        ("IN_PROGRESS", ("in_progress", None, "town", None, False)),
        ("ADD_AWAITING", ("action_required", None, "citizen", "send_documents", False)),
        ("REFUSED", ("decided", "refused", "nobody", None, False)),
        ("DONE", ("closed", "done", "nobody", None, False)),
        ("CLOSED", ("closed", "closed_without_decision", "nobody", None, True)),
    ],
)
def test_every_status_word(code: str, expected: tuple[str, str | None, str, str | None, bool]) -> None:
    """Each word of HubEE has one meaning; an integration failure is the town's affair, not the citizen's."""
    record = mapped("etat-civil", ROW | {"statut": code})
    status = record.status
    found = (status.phase, status.outcome, status.waiting_for, record.next_action, status.keep_final)
    assert found == expected


def test_the_table_has_no_other_word() -> None:
    """The words tested above are all the words of the file."""
    assert len(packaged_sources()["etat-civil"].status.words) == 8


def test_closed_keeps_the_outcome_already_reached() -> None:
    """A request done and then filed away stays done for the citizen."""
    done = CaseStatus(
        Phase.CLOSED, Outcome.DONE, WaitingFor.NOBODY, False, None, "DONE", "Traitée", "etat-civil@1"
    )
    filed = content(
        "etat-civil", mapped("etat-civil", ROW | {"statut": "CLOSED"}), "etat-civil@1", held(done)
    )
    assert (filed.status.outcome, filed.status.legacy_code) == (Outcome.DONE, "CLOSED")


@pytest.mark.parametrize(
    ("kind", "procedure"),
    [
        ("ACTE_NAISSANCE", "ec-acte-naissance"),
        ("ACTE_MARIAGE", "ec-acte-mariage"),
        ("ACTE_DECES", "ec-acte-deces"),
        ("RECENSEMENT", "ec-recensement"),
        ("PACS", "ec-pacs"),
    ],
)
def test_every_kind_of_request_has_a_procedure_and_a_title(kind: str, procedure: str) -> None:
    """No request is shown under the name its software gives it."""
    record = mapped("etat-civil", ROW | {"type_demande": kind})
    assert record.procedure == procedure
    assert record.title != "Demande à l’état civil"


def test_padding_and_local_time_are_undone() -> None:
    """CHAR columns lose their padding, local times become UTC, compound given names stay whole."""
    record = mapped("etat-civil", ROW)
    assert record.source_case_id == "EC-2015-000012"
    assert record.status.since is not None
    assert record.status.since.at.isoformat() == "2015-10-12T11:52:45+00:00"
    assert record.status.since.precision == "minute"
    assert record.person is not None
    assert (record.person.family_name, record.person.gender) == ("DUBOIS", "male")
    assert record.person.given_names == ("Yves", "Bernard", "Jean-Claude")


@pytest.mark.parametrize("nothing", [None, "", "1900-01-01 00:00:00", datetime(1900, 1, 1)])  # noqa: DTZ001 - as the driver gives it
def test_the_first_of_january_1900_is_no_date(nothing: object) -> None:
    """What this software writes for "no date" is not shown as a date."""
    assert mapped("etat-civil", ROW | {"date_statut": nothing}).status.since is None


def test_the_citizen_gets_the_message_and_never_the_comment() -> None:
    """The two texts travel apart, and the internal one is not even asked of the database."""
    record = mapped("etat-civil", ROW)
    assert record.public_note == "Merci de joindre un justificatif."
    assert "INTERNE" not in repr(record)
    columns = packaged_sources()["etat-civil"].transport["columns"]
    assert isinstance(columns, list)
    assert "commentaire_interne" not in columns
