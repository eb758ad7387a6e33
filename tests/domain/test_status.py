"""A status holds together, and is said in words."""

from __future__ import annotations

import itertools

import pytest

from bridge.domain.case import CaseKey
from bridge.domain.causes import _CAUSES, cause
from bridge.domain.status import CaseStatus, Outcome, Phase, WaitingFor
from bridge.domain.words import sentence

LEGAL = {
    (Phase.DECIDED, Outcome.ACCEPTED),
    (Phase.DECIDED, Outcome.PARTLY_ACCEPTED),
    (Phase.DECIDED, Outcome.REFUSED),
    (Phase.CLOSED, Outcome.DONE),
    (Phase.CLOSED, Outcome.CLOSED_WITHOUT_DECISION),
    (Phase.CLOSED, Outcome.WITHDRAWN),
    (Phase.CLOSED, Outcome.TRANSFERRED),
    (Phase.CLOSED, Outcome.DUPLICATE),
    *((phase, None) for phase in Phase if phase not in {Phase.DECIDED, Phase.CLOSED}),
}
ALL = set(itertools.product(Phase, (None, *Outcome)))


def status(phase: Phase, outcome: Outcome | None, *, tacit: bool = False) -> CaseStatus:
    """Give a status of this phase and outcome."""
    return CaseStatus(phase, outcome, WaitingFor.TOWN, tacit, None, "X", "x", "small@1")


@pytest.mark.parametrize(("phase", "outcome"), sorted(ALL - LEGAL, key=str))
def test_a_phase_refuses_the_outcome_of_another(phase: Phase, outcome: Outcome | None) -> None:
    """Nothing is accepted before it is decided, and nothing is decided without saying how."""
    with pytest.raises(ValueError, match=f"phase {phase} cannot have outcome {outcome}"):
        status(phase, outcome)


@pytest.mark.parametrize(("phase", "outcome"), sorted(LEGAL, key=str))
def test_every_status_has_words_in_both_languages(phase: Phase, outcome: Outcome | None) -> None:
    """The citizen is never shown a code."""
    plain, tacit = sentence(status(phase, outcome)), sentence(status(phase, outcome, tacit=True))
    assert set(plain) == set(tacit) == {"fr", "en"}
    assert all(text.endswith(".") and "_" not in text for text in (*plain.values(), *tacit.values()))
    assert tacit["fr"] == f"{plain['fr']} Le délai est passé sans réponse : c’est la loi qui décide."
    assert tacit["en"] == f"{plain['en']} The time limit passed without an answer: the law decides."


def test_no_two_statuses_say_the_same() -> None:
    """Each phase and each outcome is told apart in each language."""
    for language in ("fr", "en"):
        said = [sentence(status(phase, outcome))[language] for phase, outcome in LEGAL]
        assert len(set(said)) == len(LEGAL)


@pytest.mark.parametrize(("phase", "outcome"), sorted(LEGAL, key=str))
def test_final_means_an_outcome(phase: Phase, outcome: Outcome | None) -> None:
    """A request is over exactly when it has an outcome."""
    assert status(phase, outcome).is_final is (outcome is not None)


def test_the_citizen_is_asked_only_when_the_next_move_is_theirs() -> None:
    """Waiting for the town is nothing to do."""
    asked = CaseStatus(
        Phase.ACTION_REQUIRED, None, WaitingFor.CITIZEN, tacit=False, since=None, legacy_code="X",
        legacy_label="x", mapping_version="small@1",
    )  # fmt: skip
    assert asked.needs_citizen
    assert not status(Phase.RECEIVED, None).needs_citizen


def test_the_external_id_of_a_case() -> None:
    """Source and number together name a case; two sources may use one number."""
    assert CaseKey("urbanisme", "DP 1").external_id == "urbanisme:DP 1"
    assert CaseKey("voirie", "DP 1").external_id != CaseKey("urbanisme", "DP 1").external_id


@pytest.mark.parametrize("code", sorted(_CAUSES))
def test_every_cause_says_what_to_do(code: str) -> None:
    """An agent reads what happened and the next step, whatever stopped."""
    words = cause(code)
    assert words.what.endswith(".")
    assert words.next_step.endswith(".")


@pytest.mark.parametrize(
    "code",
    [
        "record.id_missing",
        "record.id_too_long",
        "record.required",
        "record.type",
        "record.date",
        "record.table",
        "record.status_unmapped",
        "record.duplicate",
    ],
)
def test_every_way_a_record_stops_has_words_of_its_own(code: str) -> None:
    """A record stopped before Salesforce is not told as a refusal by Salesforce."""
    assert "Salesforce" not in cause(code).what


def test_an_unknown_code_of_the_org_has_general_words() -> None:
    """A code nobody has met yet still comes with a next step."""
    assert cause("SOMETHING_NEW").what == "Salesforce a refusé cette fiche."
