"""All or none: one refusal undoes the call, and the innocents are told so."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.salesforce.errors import rolled_back
from sandbox.salesforce.records.drafts import Outcome


class Undo(Exception):  # noqa: N818 - a signal to the transaction, not an error
    """Leaves the transaction undone."""


def undo_if_failed(outcomes: Sequence[Outcome]) -> None:
    """Leave the transaction when a record was refused.

    Raises: Undo.
    """
    if any(item.error for item in outcomes):
        raise Undo


def blame(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same outcomes, with what was written told that it is undone."""
    return [item if item.error else Outcome(error=rolled_back()) for item in outcomes]
