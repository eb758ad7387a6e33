"""What is asked of a list: where it begins, how long it is, what changed since, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.town.publik.forms import FormData

_ORDERS = ("receipt_time", "last_update_time")


class QueryError(ValueError):
    """A parameter cannot be read."""


@dataclass(frozen=True, slots=True)
class Question:
    """The parameters of a list."""

    offset: int
    limit: int | None
    order: str
    changed_since: datetime | None

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> Question:
        """The parameters of a call. Raises: QueryError."""
        order = arguments.get("order_by", "-receipt_time")
        if order.removeprefix("-") not in _ORDERS:
            raise QueryError("Invalid value for order_by")
        filtered = flag(arguments, "filter-start-mtime")
        return cls(
            offset=_count(arguments, "offset") or 0,
            limit=_count(arguments, "limit"),
            order=order,
            changed_since=_moment(arguments, "filter-start-mtime-value") if filtered else None,
        )

    def answered(self, requests: list[FormData], now: datetime) -> list[FormData]:
        """The part of the requests that is asked for."""
        since = self.changed_since
        found = [r for r in requests if since is None or r.past(now)[-1].at >= since]
        place = 0 if self.order.endswith("receipt_time") else -1
        found.sort(key=lambda r: (r.past(now)[place].at, r.serial), reverse=self.order.startswith("-"))
        return found[self.offset :][: self.limit]


def flag(arguments: Mapping[str, str], name: str) -> bool:
    """Whether a switch is on."""
    return arguments.get(name) in {"on", "true", "True", "1"}


def _count(arguments: Mapping[str, str], name: str) -> int | None:
    text = arguments.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise QueryError(f"Invalid value for {name}")
    return int(text)


def _moment(arguments: Mapping[str, str], name: str) -> datetime:
    text = arguments.get(name, "")
    for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the software keeps local time
        except ValueError:
            continue
    raise QueryError(f"Invalid value for {name}")
