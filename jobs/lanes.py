"""The queues, declared once: one worker process listens to one lane."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    """A queue and the kind of work it tells of."""

    PUSH = "push"
    SYNC = "sync"
    MESSAGES = "messages"
    INBOX = "inbox"
