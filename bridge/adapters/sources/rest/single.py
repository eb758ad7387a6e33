"""One record of a list: the item itself, or what the service answers when asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.adapters.sources.cursors import digest
from bridge.adapters.sources.rest.calls import Service
from bridge.adapters.sources.rest.paths import MissingValueError, at, filled, places
from bridge.adapters.sources.rest.plan import EachPlan, Plan
from bridge.domain.synchronisation import SourceRecord
from bridge.errors import PermanentError

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """A record with the item that led to it."""

    item: Item
    record: SourceRecord


@dataclass(frozen=True, slots=True)
class SingleRecord:
    """Reads the records of one page; two items that lead to one record ask for it once."""

    service: Service
    plan: Plan
    _read: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def read(self, item: object, position: str) -> Found:
        """Give the record of an item. Raises: TransientError, PermanentError."""
        if not isinstance(item, Mapping):
            raise self._refused("source.shape", "an item of the list is no object")
        each = self.plan.each
        values = self._asked(each, item) if each else self._within(item)
        return Found(item, SourceRecord(position, self.plan.shaped(values)))

    def _within(self, item: Item) -> Mapping[str, object]:
        found = at(item, self.plan.listing.record if self.plan.listing else "")
        if not isinstance(found, Mapping):
            raise self._refused("source.shape", "an item of the list holds no record")
        return found

    def _asked(self, each: EachPlan, item: Item) -> Mapping[str, object]:
        mark = digest({place: at(item, place) for part in each.call.parts for place in places(part)})
        if mark not in self._read:
            self._read[mark] = self._answered(each, item)
        return self._read[mark]

    def _answered(self, each: EachPlan, item: Item) -> Mapping[str, object]:
        reply = self.service.ask(each.call, item)
        found = at(reply.content, each.record) if reply else None
        if found is None:
            return self._missing(each, item)
        if not isinstance(found, Mapping):
            raise self._refused("source.shape", "the answer holds no record")
        return found

    def _missing(self, each: EachPlan, item: Item) -> Mapping[str, object]:
        if each.missing is None:
            raise self._refused("source.not_found", "the service knows no such record")
        try:
            values = filled(each.missing, item)
        except MissingValueError as missing:
            raise self._refused("source.shape", f"an item of the list has no {missing.place}") from None
        assert isinstance(values, Mapping)
        return values

    def _refused(self, code: str, problem: str) -> PermanentError:
        source = self.service.source
        return PermanentError(f"{source}: {problem}", system=source, code=code)
