"""The street desk: Open311 GeoReport v2 over real requests."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from tests.sandbox.town.live import LiveTown

REQUESTS = "/open311/v2/requests.json"


def _all_pages(town: LiveTown, **query: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = 1
    while chunk := town.get(REQUESTS, page=page, page_size=1000, **query).json():
        found += chunk
        page += 1
    return found


def test_the_list_holds_every_request_of_the_day_and_no_other(town: LiveTown) -> None:
    """Read by windows of ninety days, page by page, the list says what the truth says."""
    for day in ("2015-12-01", "2015-12-15", "2015-12-31"):
        town.live(day)
        assert town.streets() == town.truth("voirie")


def test_without_page_the_first_thousand_newest_first(town: LiveTown) -> None:
    """The default answer is cut at a thousand, whatever exists."""
    entries = town.get(REQUESTS).json()
    times = [entry["requested_datetime"] for entry in entries]
    assert len(entries) == 1000 < len(town.truth("voirie"))
    assert times == sorted(times, reverse=True)


def test_a_request_closes_with_its_reason_and_an_offset_of_its_zone(town: LiveTown) -> None:
    """Closing adds the notes and moves updated_datetime; before, notes are null."""
    opened = {e["service_request_id"]: e for e in _all_pages(town, status="open")}
    town.live("2015-12-02")
    closed = [e for e in _all_pages(town, status="closed") if e["service_request_id"] in opened]
    assert closed
    for entry in closed:
        before = opened[entry["service_request_id"]]
        assert before["status_notes"] is None
        assert before["updated_datetime"] == before["requested_datetime"]
        assert entry["status_notes"].startswith("Case ")
        assert entry["updated_datetime"].startswith("2015-12-02T")
        assert entry["updated_datetime"].endswith("-05:00")


def test_filters_narrow_the_list(town: LiveTown) -> None:
    """Comma lists of codes and statuses, and a range of dates in any zone, are honoured together."""
    codes = {"rodent-activity", "tree-emergencies"}
    entries = _all_pages(
        town,
        service_code=",".join(codes),
        status="open,closed",
        start_date="2015-11-20T05:00:00Z",
        end_date="2015-11-21T04:59:59Z",
    )
    assert {entry["service_code"] for entry in entries} == codes
    assert {entry["requested_datetime"][:10] for entry in entries} == {"2015-11-20"}


def test_numbers_override_every_other_filter(town: LiveTown) -> None:
    """A comma list of numbers answers in that order and skips those that do not exist."""
    numbers = [entry["service_request_id"] for entry in town.get(REQUESTS, page_size=3).json()]
    wanted = [numbers[2], "404", numbers[0]]
    entries = town.get(REQUESTS, service_request_id=",".join(wanted), status="closed", page=9).json()
    assert [entry["service_request_id"] for entry in entries] == [numbers[2], numbers[0]]


def test_a_request_of_tomorrow_does_not_exist_yet(town: LiveTown) -> None:
    """The future is 404 today and found tomorrow."""
    town.live("2015-12-02")
    number = town.get(REQUESTS, page_size=1).json()[0]["service_request_id"]
    assert town.get(f"/open311/v2/requests/{number}.json").json()[0]["service_request_id"] == number
    town.post("/sandbox/reset")
    missing = town.get(f"/open311/v2/requests/{number}.json")
    assert missing.status_code == 404
    assert missing.json() == [{"code": 404, "description": "service_request_id not found"}]


def test_bad_arguments_are_refused_with_an_array_of_errors(town: LiveTown) -> None:
    """Each refusal is HTTP 400 and says which argument is wrong, in the format asked for."""
    for query, words in (
        ({"status": "fixed"}, "status must be open or closed, not fixed"),
        ({"start_date": "01/12/2015"}, "start_date must use the W3C format, e.g. 2010-01-01T00:00:00Z"),
        ({"start_date": "2015-12-01T00:00:00"}, "start_date must carry a time zone"),
        (
            {"start_date": "2015-01-01T00:00:00Z", "end_date": "2015-12-01T00:00:00Z"},
            "start_date and end_date may not span more than 90 days",
        ),
        ({"page": "0"}, "page must be a positive integer"),
    ):
        refused = town.get(REQUESTS, **query)
        assert (refused.status_code, refused.json()) == (400, [{"code": 400, "description": words}])
    xml = town.get("/open311/v2/requests.xml", page="x")
    assert xml.status_code == 400
    assert ET.fromstring(xml.content).findtext("error/description") == "page must be a positive integer"


def test_xml_says_the_same_as_json(town: LiveTown) -> None:
    """The two formats carry the same requests and the same services."""
    json_entries = town.get(REQUESTS, page_size=50).json()
    xml = ET.fromstring(town.get("/open311/v2/requests.xml", page_size=50).content)
    assert [{child.tag: child.text for child in entry} for entry in xml.findall("request")] == json_entries
    services = ET.fromstring(town.get("/open311/v2/services.xml").content)
    codes = [service["service_code"] for service in town.get("/open311/v2/services.json").json()]
    assert [service.findtext("service_code") for service in services.findall("service")] == codes
    definition = town.get(f"/open311/v2/services/{codes[0]}.json").json()
    assert definition == {"service_code": codes[0], "attributes": []}
    assert town.get("/open311/v2/services/none.json").status_code == 404


def test_updates_tell_what_closed_between_two_dates(town: LiveTown) -> None:
    """The extension finds closings of old requests that no date filter of the list can find."""
    town.live("2015-12-02")
    updates = town.get(
        "/open311/v2/servicerequestupdates.json",
        start_date="2015-12-02T00:00:00-05:00",
        end_date="2015-12-02T23:59:59-05:00",
    ).json()
    now_closed = {number for number, status in town.truth("voirie").items() if status == "closed"}
    town.post("/sandbox/reset")
    before = {number for number, status in town.truth("voirie").items() if status == "closed"}
    assert {update["service_request_id"] for update in updates} == now_closed - before
    assert {update["status"] for update in updates} == {"closed"}


def test_the_updates_extension_can_be_missing(town: LiveTown) -> None:
    """Many cities do not have it: then it is 404."""
    town.post("/sandbox/faults", open311_without_updates=True)
    assert town.get("/open311/v2/servicerequestupdates.json").status_code == 404


def test_throttling_and_a_broken_page_can_be_switched_on(town: LiveTown) -> None:
    """429 says when to come back and ends after N calls; 500 strikes one page only."""
    town.post("/sandbox/faults", open311_429=1, open311_retry_after_s=7, open311_500_page=2)
    throttled = town.get(REQUESTS)
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    assert [town.get(REQUESTS, page=page).status_code for page in (1, 2, 3)] == [200, 500, 200]
