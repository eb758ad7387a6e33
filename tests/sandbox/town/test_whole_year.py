"""The truth of the streets, counted a second time from the published file."""

from __future__ import annotations

import csv
import gzip
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sandbox.town.voirie.history import PACKAGED
from tests.sandbox.town.live import LiveTown, serving

ZONE = ZoneInfo("America/New_York")
FULL = Path(__file__).parents[4] / "shared" / "data" / "boston-311-2015" / "requests.csv.gz"


def _counted(path: Path, day: date) -> dict[str, str]:
    evening = datetime.combine(day, time.max, ZONE)
    truth = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            closed_at = _moment(row["CLOSED_DT"])
            if (_moment(row["OPEN_DT"]) or evening) <= evening:
                is_closed = closed_at is not None and closed_at <= evening
                truth[row["CASE_ENQUIRY_ID"]] = "closed" if is_closed else "open"
    return truth


def _moment(text: str) -> datetime | None:
    return datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE) if text else None


def _tally(truth: dict[str, str]) -> tuple[int, int]:
    statuses = list(truth.values())
    return statuses.count("closed"), statuses.count("open")


def test_the_packaged_slice_is_told_as_it_was_published(town: LiveTown) -> None:
    """Any day of December, and the end, agree with a count made from the CSV alone."""
    for day in ("2015-12-01", "2015-12-17", "2015-12-31", "2016-01-31"):
        town.live(day)
        assert town.truth("voirie") == _counted(PACKAGED, date.fromisoformat(day))
    assert _tally(town.truth("voirie")) == (3801, 2090)


if FULL.exists():  # the run's first lines say when it is not

    @pytest.mark.slow
    def test_the_full_year_ends_with_its_known_counts(tmp_path: Path) -> None:
        """41,089 real requests end as 32,363 closed and 8,726 open, and the wire says so too."""
        with serving(tmp_path, street_data=FULL) as town:
            town.live("2015-12-31")
            assert town.truth("voirie") == _counted(FULL, date(2015, 12, 31))
            town.live("2016-01-31")
            truth = town.truth("voirie")
            assert _tally(truth) == (32_363, 8_726)
            assert town.streets() == truth
