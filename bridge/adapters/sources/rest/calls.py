"""What is asked of a service: one call, with places to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bridge.adapters.sources.http_json import Reply

NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """A path under the service's address, or the name of an operation; query, and body or arguments."""

    path: str
    method: str = "GET"
    query: Mapping[str, object] = field(default_factory=dict)
    body: Mapping[str, object] | None = None

    @property
    def parts(self) -> tuple[object, ...]:
        """Give everything that may have a place to fill in."""
        return (self.path, self.query, self.body or {})


class Service(Protocol):
    """Answers calls, whatever it speaks."""

    @property
    def source(self) -> str:
        """The name of the source, for errors."""

    def ask(
        self, call: Call, values: Mapping[str, object] = NOTHING, turn: Mapping[str, object] = NOTHING
    ) -> Reply | None:
        """Give the answer to a call, asked again if need be; None when the service knows no such thing.

        `values` fill the places in, `turn` says which page. Raises: TransientError, PermanentError.
        """

    def follow(self, link: str) -> Reply:
        """Give the answer at a whole address, which must be of the service's own origin.

        Raises: TransientError, PermanentError.
        """

    def tell(self, call: Call, values: Mapping[str, object]) -> None:
        """Make a call that changes something there and is safe to repeat.

        Raises: TransientError, PermanentError.
        """
