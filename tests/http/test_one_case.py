"""`GET /api/v1/cases/<id>`, its events and `/me`: one request, its history, and whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from werkzeug.test import TestResponse

from bridge.domain.case import Reference
from bridge.domain.status import DatePrecision, Moment, NextStep, Outcome, Phase, WaitingFor
from tests.adapters.store.samples import content, status
from tests.http.answers import body_of, refusal
from tests.http.site import Site

DAY = Moment(datetime(2025, 2, 11, 23, 0, tzinfo=UTC), DatePrecision.DAY)
MINUTE = Moment(datetime(2025, 2, 28, 4, 10, tzinfo=UTC))
NOBODYS = "c_aaaaaaaaaaaaaaaaaaaa"


def case_path(case_id: str) -> str:
    """Give the path of a request."""
    return f"/api/v1/cases/{case_id}"


def without_correlation_id(answer: TestResponse) -> bytes:
    """Give the bytes of a body but for the id every answer has of its own."""
    return bytes(answer.data).replace(answer.headers["X-Request-ID"].encode(), b"")


def test_one_request_is_the_same_resource_as_in_the_list(either_site: Site) -> None:
    """Two routes, one shape."""
    browser = either_site.citizen(1)
    case = either_site.tell_one(content("PC-1"))
    [listed] = body_of(browser.get("/api/v1/cases"))["cases"]
    assert body_of(browser.get(case_path(case.id))) == listed


def test_dates_have_an_hour_only_when_the_service_knows_it(site: Site) -> None:
    """A day stays a day of the service's own calendar, a minute brings its zone."""
    browser = site.citizen(1)
    said = replace(
        content("PC-1", said=status(since=MINUTE), received=DAY),
        silence_on=date(2025, 5, 12),
        references=(Reference("PC 092040 25 00017", "urbanisme"),),
        next_step=NextStep("send_documents", ("plan de masse",), date(2025, 4, 1)),
    )
    shown = body_of(browser.get(case_path(site.tell_one(said).id)))
    assert shown["dates"] == {
        "received_on": "2025-02-12",
        "silence": {
            "on": "2025-05-12",
            "if_complete": True,
            "basis": "source",
            "effect": None,
            "reference": None,
        },
        "no_longer_reported_at": None,
    }
    assert shown["status"]["since"] == "2025-02-28T05:10+01:00"
    assert shown["next"] == {
        "actor": "town",
        "action": "send_documents",
        "items": ["plan de masse"],
        "due_on": "2025-04-01",
    }
    number = {"value": "PC 092040 25 00017", "system": "urbanisme", "shown_to_citizen": True}
    assert shown["references"] == [number]


def test_a_tacit_decision_is_said_to_be_one(site: Site) -> None:
    """The sentence and the flag both say that silence decided."""
    said = status(Phase.DECIDED, Outcome.ACCEPTED, tacit=True, waiting_for=WaitingFor.NOBODY)
    case = site.tell_one(content("PC-1", said=said))
    shown = body_of(site.citizen(1).get(case_path(case.id)))["status"]
    assert (shown["tacit"], shown["is_final"], shown["outcome"]) == (True, True, "accepted")
    assert shown["text"].endswith("c’est la loi qui décide.")


def test_the_history_is_told_oldest_first(either_site: Site) -> None:
    """Each state it took, with what the service wrote and whether it went back."""
    steps = [
        content("PC-1", said=status(since=DAY)),
        content("PC-1", said=status(Phase.ACTION_REQUIRED, since=MINUTE), public_note="Il manque le plan."),
        content("PC-1", said=status(Phase.RECEIVED)),
    ]
    for step in steps:
        case = either_site.tell_one(step)
        either_site.clock.move(timedelta(hours=1))
    told = body_of(either_site.citizen(1).get(f"{case_path(case.id)}/events"))
    assert told["case"] == case.id
    assert [event["phase"] for event in told["events"]] == ["received", "action_required", "received"]
    assert [event["at"] for event in told["events"][:2]] == ["2025-02-12", "2025-02-28T05:10+01:00"]
    assert [event["precision"] for event in told["events"][:2]] == ["day", "minute"]
    assert told["events"][1]["note"] == "Il manque le plan."
    assert told["events"][2]["moved_back"] is True


@pytest.mark.parametrize("suffix", ["", "/events"])
def test_a63_a81_someone_elses_and_an_unknown_request_are_one_answer(either_site: Site, suffix: str) -> None:
    """Same status, same code, same bytes and headers: an id tells nobody that it exists."""
    browser = either_site.citizen(1)
    theirs = either_site.tell_one(content("PC-theirs"), of=2)
    answers = [
        browser.get(case_path(case_id) + suffix) for case_id in (theirs.id, NOBODYS, "%00", "x" * 5000)
    ]
    for answer in answers:
        assert refusal(answer) == (404, "case.unknown")
        assert without_correlation_id(answer) == without_correlation_id(answers[0])
        assert dict(answer.headers).keys() == dict(answers[0].headers).keys()


def test_a63_the_page_of_someone_elses_request_is_one_answer_too(either_site: Site) -> None:
    """What the API hides, the page hides."""
    browser = either_site.citizen(1)
    theirs = either_site.tell_one(content("PC-theirs"), of=2)
    answers = [browser.get(f"/demandes/{case_id}") for case_id in (theirs.id, NOBODYS, "%00")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert without_correlation_id(answers[0]) == without_correlation_id(answers[1])
    assert without_correlation_id(answers[0]) == without_correlation_id(answers[2])


def test_a63_somebody_under_review_has_no_request(site: Site) -> None:
    """Not even by its exact id."""
    case = site.tell_one(content("PC-1"))
    assert refusal(site.doubtful().get(case_path(case.id))) == (404, "case.unknown")


def test_me_says_how_the_identity_came_to_its_record(either_site: Site) -> None:
    """Method and day of the link, level and hour of the sign-in; no name, no id of Salesforce."""
    assert body_of(either_site.citizen(1).get("/api/v1/me")) == {
        "state": "linked",
        "link": {"method": "certain", "linked_at": "2025-03-03T09:00:00+00:00"},
        "acr": "eidas1",
        "signed_in_at": "2025-03-03T09:00:00+00:00",
    }


def test_me_says_that_an_agent_has_to_decide(site: Site) -> None:
    """Under review there is no link to tell of."""
    shown = body_of(site.doubtful().get("/api/v1/me"))
    assert (shown["state"], shown["link"]) == ("under_review", None)


@pytest.mark.parametrize(
    "path", ["/api/v1/cases", case_path(NOBODYS), f"{case_path(NOBODYS)}/events", "/api/v1/me"]
)
def test_nobody_reads_without_a_session(site: Site, path: str) -> None:
    """401 with what to do next, before any id is looked at."""
    assert refusal(site.visitor().get(path)) == (401, "session.required")


def test_a85_a_session_that_ended_opens_nothing(site: Site) -> None:
    """After half an hour without a request the next one is refused."""
    browser = site.citizen(1)
    site.clock.move(timedelta(minutes=31))
    assert refusal(browser.get("/api/v1/me")) == (401, "session.required")
