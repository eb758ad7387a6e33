"""A municipal employee, and what they may do in the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from string import ascii_lowercase, ascii_uppercase

_SMALL_LETTERS = str.maketrans(ascii_uppercase, ascii_lowercase)

READINGS = ("review.read", "link.history", "agent.searched", "case.history")
"""Audit actions by which an agent sees a person's data, one row each."""
READING_EXPLAINED = "agent.reading_explained"
MOST_PEOPLE_AN_HOUR = 500
"""Above this an agent says why before the next one is shown."""
WORTH_A_LOOK = 100
"""From here on, each hundred leaves a warning in the log."""


class Role(StrEnum):
    """What an agent may do; each role may do what those before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"

    def may_act_as(self, needed: Role) -> bool:
        """Tell whether this role covers the one needed."""
        order = tuple(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Agent:
    """An entry of the allow-list. `sectors` are the sources the agent may see requests of; none means all."""

    id: str
    role: Role
    sectors: frozenset[str]

    def may_see(self, source: str) -> bool:
        """Tell whether requests of this source are in the agent's sectors."""
        return not self.sectors or source in self.sectors


@dataclass(frozen=True, slots=True)
class AgentSession:
    """A signed-in agent."""

    id: str
    agent: Agent
    display_name: str
    signed_in_at: datetime


@dataclass(frozen=True, slots=True)
class IdentifiedAgent:
    """Who ProConnect says is there: an employee of the organisation `siret` names, under `email`."""

    subject: str
    issuer: str
    email: str
    siret: str
    display_name: str


@dataclass(frozen=True, slots=True)
class ListedAgent:
    """A line of the allow-list: an e-mail as `login`; `subject_hash` is None until a first sign-in."""

    agent: Agent
    login: str
    subject_hash: str | None
    added_at: datetime
    last_seen_at: datetime | None = None


def comparable_login(email: str) -> str:
    """Give the one spelling under which an e-mail is looked up.

    Only A to Z lose their case: beyond ASCII, letters that look apart fold into one another, and the
    e-mail of another person could be made to meet an agent's.
    """
    return email.strip().translate(_SMALL_LETTERS)
