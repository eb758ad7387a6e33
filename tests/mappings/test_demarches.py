"""demarche.numerique.gouv.fr: every state, corrections, deletions and countries."""

from __future__ import annotations

from datetime import date

import pytest

from bridge.domain.status import CaseStatus, Outcome, Phase, WaitingFor
from bridge.usecases.translate_record import content
from mappings.errors import UnmappedStatusError
from tests.mappings.examples import held, mapped, packaged_sources

ROW: dict[str, object] = {
    "number": 44001,
    "state": "en_instruction",
    "correction": "false",
    "dateDepot": "2015-11-16T09:00:00+01:00",
    "datePassageEnInstruction": "2015-12-02T09:15:00+01:00",
    "dateTraitement": None,
    "dateDerniereModification": "2015-12-03T10:00:00+01:00",
    "dateDerniereCorrectionEnAttente": None,
    "datePrevisionnelleDecisionSVASVR": "2016-01-21",
    "motivation": None,
    "usager": {"email": "angela.dubois@example.org"},
    "demandeur": {
        "civilite": "Mme",
        "nom": "DUBOIS",
        "prenom": "Angela Claire Louise",
        "dateDeNaissance": "1962-08-24",
    },
    "champs": {
        "Commune de naissance": {"commune": {"name": "Paris 7e", "code": "75107"}},
        "Pays de naissance": {"pays": {"name": "France", "code": "FR"}},
    },
}
DECIDED: dict[str, object] = {"dateTraitement": "2015-12-20T18:00:00+01:00"}


@pytest.mark.parametrize(
    ("changes", "expected", "since"),
    [
        (
            {"state": "en_construction"},
            ("received", None, "town", None),
            "2015-12-03T09:00:00+00:00",
        ),
        (
            {
                "state": "en_construction",
                "correction": "true",
                "dateDerniereCorrectionEnAttente": "2015-11-20T12:00:00+01:00",
            },
            ("action_required", None, "citizen", "correct_request"),
            "2015-11-20T11:00:00+00:00",
        ),
        ({}, ("in_progress", None, "town", None), "2015-12-02T08:15:00+00:00"),
        (
            {"state": "accepte"} | DECIDED,
            ("decided", "accepted", "nobody", None),
            "2015-12-20T17:00:00+00:00",
        ),
        (
            {"state": "refuse"} | DECIDED,
            ("decided", "refused", "nobody", None),
            "2015-12-20T17:00:00+00:00",
        ),
        (
            {"state": "sans_suite"} | DECIDED,
            ("closed", "closed_without_decision", "nobody", None),
            "2015-12-20T17:00:00+00:00",
        ),
    ],
)
def test_every_state(
    changes: dict[str, object], expected: tuple[str, str | None, str, str | None], since: str
) -> None:
    """Each state has one meaning, dated from when it was reached; a correction is the citizen's turn."""
    record = mapped("demarches", ROW | changes)
    status = record.status
    assert (status.phase, status.outcome, status.waiting_for, record.next_action) == expected
    assert status.since is not None
    assert status.since.at.isoformat() == since


def test_the_table_has_no_other_word() -> None:
    """The five states of the platform, and ours for a deleted file."""
    words = packaged_sources()["demarches"].status.words
    assert set(words) == {"en_construction", "en_instruction", "accepte", "refuse", "sans_suite", "supprime"}


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("user_request", "withdrawn"),
        ("manager_request", "closed_without_decision"),
        ("instructeur_request", "closed_without_decision"),
        ("user_removed", "closed_without_decision"),
        ("user_expired", "closed_without_decision"),
        ("procedure_removed", "closed_without_decision"),
        ("expired", "closed_without_decision"),
        (None, "closed_without_decision"),
    ],
)
def test_a_deleted_file_is_a_withdrawal_only_when_the_citizen_asked(reason: str | None, outcome: str) -> None:
    """Whoever else removed it, neither the work is said done nor the citizen said to have given up."""
    gone: dict[str, object] = {"number": 44001, "state": "supprime", "reason": reason}
    status = mapped("demarches", gone | {"dateSupression": "2015-12-25T00:00:00Z"}).status
    assert (status.phase, status.outcome, status.waiting_for) == ("closed", outcome, "nobody")
    assert status.since is not None
    assert status.since.at.isoformat() == "2015-12-25T00:00:00+00:00"


def test_a_deletion_tells_only_of_a_file_seen_before() -> None:
    """Whatever the reason, a file that left before it was ever read makes no case."""
    for reason in ("user_request", "expired"):
        gone = mapped("demarches", {"number": 44001, "state": "supprime", "reason": reason})
        assert gone.status.only_known
    assert not mapped("demarches", ROW).status.only_known


def test_the_purge_of_a_decided_file_leaves_the_decision() -> None:
    """A retention period that ends does not undo an acceptance."""
    accepted = CaseStatus(
        Phase.DECIDED, Outcome.ACCEPTED, WaitingFor.NOBODY, False, None, "accepte", "accepte", "demarches@1"
    )
    gone = mapped("demarches", {"number": 44001, "state": "supprime", "reason": "expired"})
    assert content("demarches", gone, "demarches@1", held(accepted)).status.outcome is Outcome.ACCEPTED


def test_the_person_and_the_place_are_read_in_nested_answers() -> None:
    """Commune and country come from the form, given names in order."""
    person = mapped("demarches", ROW).person
    assert person is not None
    assert (person.family_name, person.given_names) == ("DUBOIS", ("Angela", "Claire", "Louise"))
    assert (person.birth_date, person.gender, person.birth_place) == ("1962-08-24", "female", "75107")
    assert person.birth_country == "99100"


@pytest.mark.parametrize(
    ("iso", "cog"),
    [("FR", "99100"), ("DZ", "99352"), ("MA", "99350"), ("PT", "99139"), ("BE", "99131"), ("ES", "99134"),
     ("IT", "99127"), ("it", "99127"), ("ZZ", None), (None, None)],
)  # fmt: skip
def test_countries_become_insee_codes(iso: str | None, cog: str | None) -> None:
    """The platform writes ISO codes; a country we do not know stays unknown and the file goes on."""
    champs = {"Pays de naissance": {"pays": {"name": "x", "code": iso}}}
    person = mapped("demarches", ROW | {"champs": champs}).person
    assert person is not None
    assert (person.birth_country, person.birth_place) == (cog, None)


def test_a_form_without_these_fields_is_read_all_the_same() -> None:
    """Another procedure asks other questions; a null where an object was is no crash."""
    person = mapped("demarches", ROW | {"champs": {"Commune de naissance": None}, "demandeur": None}).person
    assert person is not None
    assert (person.family_name, person.birth_place, person.birth_country) == (None, None, None)


def test_the_date_of_silence_is_the_platform_s_own_and_only_while_it_runs() -> None:
    """Nothing is computed here, and a decided file has no such date."""
    assert mapped("demarches", ROW).silence_on == date(2016, 1, 21)
    assert mapped("demarches", ROW | {"state": "accepte"}).silence_on is None


def test_a_draft_state_is_not_guessed() -> None:
    """A state the platform does not publish is parked with its word."""
    with pytest.raises(UnmappedStatusError, match="the status word 'brouillon' is not in the table"):
        mapped("demarches", ROW | {"state": "brouillon"})
