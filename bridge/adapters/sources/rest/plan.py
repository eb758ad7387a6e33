"""What the file of a source says about reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bridge.adapters.sources.rest.calls import Call
from bridge.adapters.sources.rest.paging import Paging
from bridge.adapters.sources.rest.paths import at


@dataclass(frozen=True, slots=True)
class ListPlan:
    """The call that answers a list, where its records stand, and how it is walked."""

    call: Call
    records: str
    record: str
    paging: Paging


@dataclass(frozen=True, slots=True)
class EachPlan:
    """The call that answers one record; `number` is where an item of the list holds its number.

    `missing` is the record to read when the service knows no such number; without it that is an error.
    """

    call: Call
    record: str
    number: str | None
    missing: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class NumbersPlan:
    """Which numbers are asked for beside those of the list; a final case for `final_days` more."""

    open_cases: bool
    file: Path | None
    batch: int
    final_days: int


@dataclass(frozen=True, slots=True)
class AcknowledgePlan:
    """A call made once a record is absorbed, for items that have something at `when`."""

    call: Call
    when: str | None


@dataclass(frozen=True, slots=True)
class SincePlan:
    """From when on changes are asked for: where a record is dated, how the date is written, how far back."""

    field: str
    form: str
    overlap: timedelta
    first: date
    zone: ZoneInfo

    def written(self, noted: datetime | None) -> object:
        """Give the value for the question."""
        first = datetime.combine(self.first, time(), self.zone).astimezone(UTC)
        start = max(first, noted - self.overlap) if noted else first
        local = start.astimezone(self.zone)
        match self.form:
            case "date":
                return f"{local:%Y-%m-%d}"
            case "datetime":
                return f"{local:%Y-%m-%dT%H:%M:%S}"
            case "epoch":
                return int(start.timestamp())
        return f"{start:%Y-%m-%dT%H:%M:%SZ}"

    def moment(self, item: object) -> datetime | None:
        """Give when a record last changed, in UTC, None when it does not say."""
        found = at(item, self.field)
        try:
            if isinstance(found, int | float) and not isinstance(found, bool):
                return datetime.fromtimestamp(found, UTC)
            moment = datetime.fromisoformat(str(found))
            return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything but the service itself."""

    listing: ListPlan | None
    each: EachPlan | None = None
    numbers: NumbersPlan | None = None
    since: SincePlan | None = None
    acknowledge: tuple[AcknowledgePlan, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    def shaped(self, values: Mapping[str, object]) -> dict[str, object]:
        """Give a record with the names of `fields`, and of `columns` alone when these are given."""
        named = {**values, **{name: at(values, path) for name, path in self.fields.items()}}
        return {name: named.get(name) for name in self.columns} if self.columns else named
