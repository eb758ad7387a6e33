"""The town's procedures, for everyone: reviewed data about nobody."""

from __future__ import annotations

from tests.http.answers import body_of
from tests.http.site import Site


def test_everyone_reads_the_procedures(site: Site) -> None:
    """Without a session, in a public answer that costs no body while it is unchanged."""
    browser = site.visitor()
    answer = browser.get("/api/v1/procedures")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    codes = [each["code"] for each in body_of(answer)["procedures"]]
    assert codes == sorted(site.services.procedures)
    again = browser.get("/api/v1/procedures", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_procedure_says_what_silence_means_and_by_which_law(site: Site) -> None:
    """With the period, what it runs from, who reviewed it, and that the file must be complete."""
    told = body_of(site.visitor().get("/api/v1/procedures/urb-dp"))
    assert told["title"]["fr"] == "Déclaration préalable de travaux"
    silence = told["silence"]
    assert (silence["effect"], silence["period"], silence["starts"], silence["date"]) == (
        "accepted",
        {"months": 1, "days": 0},
        "complete",
        "source",
    )
    assert silence["if_complete"] is True
    assert "R423-23" in silence["reference"]
    assert set(told["review"]) == {"by", "on", "is_stale"}


def test_a_procedure_without_a_reviewed_rule_says_nothing_of_silence(site: Site) -> None:
    """Null, so that nobody infers one."""
    assert body_of(site.visitor().get("/api/v1/procedures/ec-pacs"))["silence"] is None


def test_an_unknown_procedure_is_a_problem(site: Site) -> None:
    """With its own stable code, kept by nobody."""
    answer = site.visitor().get("/api/v1/procedures/cantine")
    assert (answer.status_code, body_of(answer)["code"]) == (404, "procedure.unknown")
    assert "no-store" in answer.headers["Cache-Control"]
