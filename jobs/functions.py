"""What a worker runs when a bell rings: a lane's work, and nothing in the job itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jobs.lanes import Lane

Work = Callable[[], object]
_work: dict[Lane, Work] = {}


def bind(work: Mapping[Lane, Work]) -> None:
    """Say what each lane does in this process; RQ can only call a module's functions by name."""
    _work.update(work)


def push() -> None:
    """Send what is due to Salesforce."""
    _work[Lane.PUSH]()


def messages() -> None:
    """Send the codes people asked for."""
    _work[Lane.MESSAGES]()


def inbox() -> None:
    """Absorb what sources pushed to us."""
    _work[Lane.INBOX]()


def sync() -> None:
    """Read the sources whose time has come."""
    _work[Lane.SYNC]()
