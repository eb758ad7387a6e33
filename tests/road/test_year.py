"""A year of real street requests, replayed night by night into a real store and the stand-in org.

Every night from 1 January 2015 to 12 January 2016 is read, none is skipped; the three other systems are
read once a week. `BRIDGE_TEST_ROAD_DATABASE_URL` names an empty PostgreSQL database to replay on instead
of a SQLite file. The packaged slice is replayed unless the full year is asked for (`make test-year`); the
end of the test run says which of the two it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from tests.conftest import REPLAYED
from tests.road.published import FIRST_DAY, LAST_DAY, Published, published
from tests.road.town_and_org import Road, open_road

STREETS = "voirie"
CASE_TABLES = ("cases", "case_events", "pushes")
NIGHTS = tuple(FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1))
# Until then the planning office drops files with a header and no row, which are refused whole.
FIRST_PLANNING_FILE = date(2015, 1, 22)

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Year:
    """The road after the last night, the town as it was published, and how far was read the night before."""

    road: Road
    town: Published
    eve_cursor: str | None


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """Give the road at the end of the year; every thirtieth night the store is held against the file."""
    town = published()
    eve_cursor = None
    with open_road(tmp_path_factory.mktemp("road"), town.path, FIRST_DAY) as road:
        for number, night in enumerate(NIGHTS):
            eve_cursor = road.cursor(STREETS)
            road.live(night)
            _read(road, night, every_system=number % 7 == 0 or night == LAST_DAY)
            if number % 30 == 0:
                assert road.stored(STREETS) == town.standing_on(night), night
        yield Year(road, town, eve_cursor)


def test_the_year_ends_with_its_known_counts(
    year: Year, record_property: Callable[[str, object], None]
) -> None:
    """What the file says of the last evening is what its publisher's counts say."""
    record_property(REPLAYED, year.town.description)
    tally = Counter(year.town.standing_on(LAST_DAY).values())
    if year.town.is_full_year:
        assert tally == {"closed": 32_363, "open": 8_726}
    else:
        assert tally == {"closed": 3_801, "open": 2_090}


def test_the_org_holds_every_request_exactly_once(year: Year) -> None:
    """By the org's own count and by all its pages there is one Case for each request, none twice."""
    requests_made = len(year.town.standing_on(LAST_DAY))
    assert year.road.count_of_org(STREETS) == requests_made
    held = Counter(key for key, _ in year.road.cases_of_org(STREETS))
    assert len(held) == requests_made
    assert [key for key, times in held.items() if times > 1] == []


def test_store_and_org_end_with_the_published_status_of_each_request(year: Year) -> None:
    """Request by request, town, store and org say the same word after a year of changes."""
    truth = year.town.standing_on(LAST_DAY)
    assert year.road.stored(STREETS) == truth
    assert dict(year.road.cases_of_org(STREETS)) == {f"{STREETS}:{n}": status for n, status in truth.items()}


@pytest.mark.parametrize("system", ["urbanisme", "etat-civil", "demarches"])
def test_the_systems_read_weekly_arrive_too(year: Year, system: str) -> None:
    """After the last week each record of the other systems stands in store and org as in its town."""
    truth = year.road.truth(system)
    stored = year.road.stored(system)
    assert truth
    assert {number: stored.get(number) for number in truth} == truth
    assert dict(year.road.cases_of_org(system)) == {f"{system}:{n}": status for n, status in stored.items()}


def test_the_last_night_read_again_writes_nothing(year: Year) -> None:
    """A night delivered a second time changes no case, adds no event, opens no push and calls no org."""
    road = year.road
    calls = road.calls_to_org()
    with road.counting_writes() as writes:
        for system in road.services.mappings:
            assert road.services.synchronise(system).changed == 0
        road.rewind(STREETS, year.eve_cursor)
        again = road.services.synchronise(STREETS)
        road.services.push_cases()
    assert (again.read > 0, again.changed, again.error_code) == (True, 0, None)
    assert {table: writes[table] for table in CASE_TABLES} == dict.fromkeys(CASE_TABLES, 0)
    assert writes["runs"] > 0  # the counter does count
    assert road.calls_to_org() == calls


def _read(road: Road, night: date, *, every_system: bool) -> None:
    """Read what is due on a night and push it; nothing may fail, wait or park on the way."""
    for system in road.services.mappings if every_system else [STREETS]:
        done = road.services.synchronise(system)
        no_file_yet = system == "urbanisme" and night < FIRST_PLANNING_FILE
        assert done.error_code == ("source.empty" if no_file_yet else None), (night, done)
        assert done.parked == 0, (night, done)
    pushed = road.services.push_cases()
    assert (pushed.retried, pushed.parked, pushed.error_code) == (0, 0, None), (night, pushed)
