"""When a report moves the version, earns a timeline entry, or goes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bridge.adapters.store.case_changes import moved_back, report
from bridge.domain.status import CaseStatus, Moment, Outcome, Phase
from tests.adapters.store.samples import content, status
from tests.fakes.clock import START

LATER = START + timedelta(hours=1)


def test_a_new_case_starts_at_version_one_with_one_event() -> None:
    """A first report is told in the timeline, at the time we learnt it when the source gives none."""
    reported = report(None, content(), START)

    assert reported.case.version == 1
    assert reported.event is not None
    assert reported.event.occurred == Moment(START)
    assert not reported.event.moved_back


def test_an_event_happens_when_the_source_says_it_did() -> None:
    """The timeline shows the town's own date, not that of our reading."""
    since = Moment(START - timedelta(days=3))

    event = report(None, content(said=status(since=since)), START).event

    assert event is not None
    assert (event.occurred, event.received_at) == (since, START)


def test_the_same_content_moves_nothing() -> None:
    """A report that says nothing new costs Salesforce no call."""
    case = report(None, content(), START).case

    again = report(case, content(), LATER)

    assert (again.case.version, again.case.changed_at, again.event) == (1, START, None)
    assert again.case.observed_at == START


def test_a_note_is_told_and_a_title_is_not() -> None:
    """The timeline holds what the citizen follows: status and note."""
    case = report(None, content(), START).case

    noted = report(case, content(public_note="Pièce reçue"), LATER)
    titled = report(case, content(title="Permis modificatif"), LATER)

    assert noted.event is not None
    assert noted.event.public_note == "Pièce reçue"
    assert (titled.case.version, titled.event) == (2, None)


def test_a_new_edition_of_the_mapping_alone_is_no_news() -> None:
    """A town that corrects its mapping adds no entry to every timeline, and pays no push for every case."""
    case = report(None, content(), START).case

    again = report(case, content(said=status(mapping_version="2")), LATER)

    assert (again.case.version, again.event) == (1, None)
    assert (again.case.content.status.mapping_version, again.case.changed_at) == ("2", START)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (status(Phase.IN_PROGRESS), status(Phase.RECEIVED), True),
        (status(Phase.CLOSED, Outcome.DONE), status(Phase.IN_PROGRESS), True),
        (status(Phase.CLOSED, Outcome.DONE), status(Phase.DECIDED, Outcome.ACCEPTED), True),
        (status(Phase.IN_PROGRESS), status(Phase.ACTION_REQUIRED), False),
        (status(Phase.ACTION_REQUIRED), status(Phase.IN_PROGRESS), False),
        (status(Phase.RECEIVED), status(Phase.DECIDED, Outcome.REFUSED), False),
        (status(Phase.UNKNOWN), status(Phase.RECEIVED), False),
        (status(Phase.CLOSED, Outcome.DONE), status(Phase.UNKNOWN), False),
    ],
)
def test_moving_back_is_seen(before: CaseStatus, after: CaseStatus, expected: bool) -> None:
    """A reopened or stepped-back request says so; a word we cannot read accuses nobody."""
    assert moved_back(before, after) is expected
