"""`GET /api/v1/cases`: what it holds, how it is narrowed, how it goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.case import CaseContent
from bridge.domain.status import Outcome, Phase, WaitingFor
from tests.adapters.store.samples import content, status
from tests.http.answers import body_of, refusal
from tests.http.site import Browser, Site, ids

LIST = "/api/v1/cases"
MINUTE = timedelta(minutes=1)
ACTION = status(Phase.ACTION_REQUIRED, waiting_for=WaitingFor.CITIZEN)


def numbered(count: int, **said: Any) -> list[CaseContent]:
    """Give so many requests."""
    return [content(f"PC-{number}", **said) for number in range(count)]


def read(browser: Browser, **query: Any) -> dict[str, Any]:
    """Give a page of the list."""
    answer = browser.get(LIST, query_string=query)
    assert answer.status_code == 200, answer.text
    return body_of(answer)


def test_a_list_holds_the_citizens_requests_the_latest_change_first(either_site: Site) -> None:
    """Each request is there once, and nobody else's."""
    browser = either_site.citizen(1)
    either_site.tell(content("PC-other"), of=2)
    expected: list[str] = []
    for each in numbered(3):
        expected.insert(0, either_site.tell_one(each).id)
        either_site.clock.move(MINUTE)
    page = read(browser)
    assert ids(page["cases"]) == expected
    assert page["next_cursor"] is None


def test_a_citizen_without_requests_reads_an_empty_list(site: Site) -> None:
    """No request is an answer, not an error."""
    site.tell(content("PC-other"), of=2)
    assert read(site.citizen(1)) == {"cases": [], "next_cursor": None}


def test_somebody_under_review_reads_an_empty_list(site: Site) -> None:
    """Nothing is shown before an agent has decided."""
    site.tell(content("PC-1"))
    assert read(site.doubtful()) == {"cases": [], "next_cursor": None}


def test_a_resource_says_status_age_and_whom_to_call(site: Site) -> None:
    """One request in full, value by value."""
    browser = site.citizen(1)
    case = site.tell_one(content("PC-1", said=ACTION, public_note="Il manque le plan."))
    site.clock.move(timedelta(minutes=5))
    [shown] = read(browser)["cases"]
    words = {"fr": "Nous avons besoin de vous.", "en": "We need something from you."}
    assert shown == {
        "id": case.id,
        "domain": "urbanisme",
        "procedure": {"code": "building-permit", "title": "Permis de construire"},
        "references": [],
        "status": {
            "phase": "action_required",
            "outcome": None,
            "tacit": False,
            "waiting_for": "citizen",
            "is_final": False,
            "since": None,
            "label": words,
            "text": words["fr"],
            "legacy": {"system": "urbanisme", "code": "DEP", "label": "Déposé"},
            "mapping_version": "1",
        },
        "note": "Il manque le plan.",
        "next": None,
        "dates": {"received_on": None, "silence": None, "no_longer_reported_at": None},
        "contact": {"service": "Urbanisme", "phone": None, "email": None},
        "freshness": {
            "observed_at": "2025-03-03T09:00:00+00:00",
            "source_state": "ok",
            "next_refresh": "2025-03-04T09:00:00+00:00",
        },
        "attached": {"at": "2025-03-03T09:00:00+00:00", "how": "person_keys"},
        "version": 1,
        "changed_at": "2025-03-03T09:00:00+00:00",
        "links": {"self": f"/api/v1/cases/{case.id}", "timeline": f"/api/v1/cases/{case.id}/events"},
    }


def test_the_list_is_narrowed_by_phase(either_site: Site) -> None:
    """A repeated parameter keeps each phase it names."""
    browser = either_site.citizen(1)
    waiting, done, _ = either_site.tell(
        content("PC-1", said=ACTION),
        content("PC-2", said=status(Phase.CLOSED, Outcome.DONE)),
        content("PC-3"),
    )
    assert ids(read(browser, phase="action_required")["cases"]) == [waiting.id]
    both = read(browser, phase=["action_required", "closed"])["cases"]
    assert set(ids(both)) == {waiting.id, done.id}


def test_the_list_is_narrowed_by_source(either_site: Site) -> None:
    """A service is named by its source; one nobody knows gives nothing."""
    browser = either_site.citizen(1)
    planning, street = either_site.tell(content("PC-1"), content("1", source="voirie"))
    assert ids(read(browser, source="voirie")["cases"]) == [street.id]
    assert set(ids(read(browser, source=["voirie", "urbanisme"])["cases"])) == {planning.id, street.id}
    assert read(browser, source="cimetieres")["cases"] == []


def test_the_list_is_narrowed_to_what_changed(either_site: Site) -> None:
    """`changed_since` counts its own instant in, whatever the zone it is written in."""
    browser = either_site.citizen(1)
    either_site.tell(content("PC-1"))
    either_site.clock.move(MINUTE)
    later = either_site.tell_one(content("PC-2"))
    for instant in ("2025-03-03T09:01:00+00:00", "2025-03-03T10:01:00+01:00", "2025-03-03T09:01:00Z"):
        assert ids(read(browser, changed_since=instant)["cases"]) == [later.id]
    assert read(browser, changed_since="2025-03-03T09:01:00.000001Z")["cases"] == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=101", "limit"),
        ("limit=1000000", "limit"),
        ("limit=1e400", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=", "limit"),
        ("phase=closed&phase=asleep", "phase"),
        ("phase[__class__]=closed&phase=", "phase"),
        ("source=%00", "source"),
        ("source=urbanisme'%20OR%201=1", "source"),
        ("source=" + "a" * 41, "source"),
        ("changed_since=2025-03-03", "changed_since"),
        ("changed_since=2025-03-03T09:00:00", "changed_since"),
        ("changed_since=0001-01-01T00:00:00%2B14:00", "changed_since"),
        ("changed_since=9999-12-31T23:59:59-14:00", "changed_since"),
        ("changed_since=%00", "changed_since"),
        ("cursor=" + "a" * 501, "cursor"),
    ],
)
def test_a_parameter_out_of_bounds_is_named(site: Site, query: str, name: str) -> None:
    """422 names the parameter at fault and never gives its value back."""
    answer = site.citizen(1).get(f"{LIST}?{query}")
    assert refusal(answer) == (422, "http.422")
    assert list(body_of(answer)["errors"]["query"]) == [name]
    assert "OR 1=1" not in answer.text


@pytest.mark.parametrize("limit", [1, 100])
def test_the_bounds_of_a_page_are_allowed(site: Site, limit: int) -> None:
    """One is enough, a hundred is the most."""
    browser = site.citizen(1)
    site.tell(*numbered(2))
    assert len(read(browser, limit=limit)["cases"]) == min(limit, 2)
