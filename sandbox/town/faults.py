"""Faults that can be switched on, each off by default."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from sandbox.town.http_faults import HTTP_FAULTS

# name: (value when off, what it does)
CATALOGUE: Mapping[str, tuple[int, str]] = {
    "csv_truncated": (0, "the file stops in the middle of a row"),
    "csv_no_marker": (0, "the file is half written and has no .ok marker"),
    "csv_resent": (0, "the bytes of the previous file under today's name"),
    "csv_older_after": (0, "after today's file, the file of a week ago is dropped again"),
    "csv_shrunk": (0, "40 % of the rows are missing"),
    "csv_utf8": (0, "written in UTF-8 instead of Windows-1252"),
    "csv_bad_date": (0, "a row carries 31/02/2015"),
    "csv_unknown_code": (0, "a row carries a status code nobody knows"),
    "csv_duplicate": (0, "one number stands on two rows, for two people"),
    "xml_truncated": (0, "the file stops in the middle of an element"),
    "xml_count": (0, "the file announces two requests more than it holds, for each unit"),
    "sql_missing_row": (0, "a row vanishes from the view"),
    "sql_null_dates": (0, "date_statut and date_maj are NULL"),
    "graphql_429": (0, "the next N calls are throttled"),
    "graphql_per_minute": (400, "calls allowed per minute and Authorization header"),
    "graphql_error_page": (0, "an error inside HTTP 200 on the k-th page of a walk"),
    "graphql_token_expired": (0, "401 Token expired"),
    "graphql_forbidden_network": (0, "403 forbidden network"),
    "open311_429": (0, "the next N calls are throttled"),
    "open311_retry_after_s": (2, "seconds in Retry-After of these refusals"),
    "open311_500_page": (0, "HTTP 500 on page k of the requests"),
    "open311_without_updates": (0, "the servicerequestupdates extension is off"),
    **HTTP_FAULTS,
}


class FaultError(ValueError):
    """The fault is not in the catalogue or its value is not a count or a switch."""


class Faults:
    """The faults now on. A switch is 0 or 1, a counter goes down as it is spent."""

    def __init__(self) -> None:
        self._values = {name: off for name, (off, _) in CATALOGUE.items()}
        self._lock = Lock()

    def number(self, name: str) -> int:
        """The value of a fault; its resting value when it is off."""
        return self._values[name]

    def spend(self, name: str) -> bool:
        """Whether this call is one of the N to disturb; takes one away."""
        with self._lock:
            if self._values[name] <= 0:
                return False
            self._values[name] -= 1
            return True

    def change(self, wanted: Mapping[str, object]) -> None:
        """Set faults; `false` or null puts one back to rest. All or nothing.

        Raises: FaultError on an unknown name or a value that is no count.
        """
        read = {name: _value(name, value) for name, value in wanted.items()}
        with self._lock:
            self._values.update(read)

    def clear(self) -> None:
        """Put every fault back to rest."""
        self.change(dict.fromkeys(CATALOGUE))

    def shown(self) -> dict[str, dict[str, object]]:
        """Each fault with its value and what it does."""
        return {name: {"value": self._values[name], "does": does} for name, (_, does) in CATALOGUE.items()}


def _value(name: str, value: object) -> int:
    if name not in CATALOGUE:
        raise FaultError(f"unknown fault {name!r}")
    if value is None or value is False:
        return CATALOGUE[name][0]
    if not isinstance(value, int) or value < 0:
        raise FaultError(f"{name} takes true, false or a count")
    return int(value)
