"""Who does what is done: the user of the session a call came with."""

from __future__ import annotations

from contextvars import ContextVar

_USER: ContextVar[str] = ContextVar("salesforce_user")


def act_as(user_id: str) -> None:
    """From here on, in this thread, that user acts."""
    _USER.set(user_id)


def acting_user(default: str) -> str:
    """The id of the user who acts."""
    return _USER.get(default)
