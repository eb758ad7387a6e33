"""What every system of the town can do, whatever its transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one record really stands: the system's own code and wording.

    `receipt` is the secret printed on the citizen's receipt, empty where the system prints none.
    """

    status: str
    label: str
    receipt: str = ""


@runtime_checkable
class Keeping(Protocol):
    """A system that remembers what its callers did."""

    def empty(self) -> None:
        """Forget all of it."""


class System(Protocol):
    """One legacy system: it lives a day, and can be asked the truth about any."""

    def move(self, day: date) -> None:
        """Show the state at the end of that day."""

    def truth(self, day: date) -> Mapping[str, Standing]:
        """Every record existing at the end of that day, by its own number."""

    def gone(self, day: date) -> Mapping[str, str]:
        """Records that existed and no longer do, with the reason."""

    def owned(self) -> Mapping[str, Sequence[str]]:
        """Record numbers of each person the town knows by a key."""
