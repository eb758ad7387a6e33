"""The agents who can sign in: those of the data file, and corrections made by a test."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A fictitious agent; `account` is what their `sub` is made of, the e-mail unless a test changes it."""

    email: str
    given_name: str = ""
    usual_name: str = ""
    siret: str = ""
    acr: str = "eidas1"
    account: str = ""
    is_private: bool = False
    use: str = ""

    @property
    def uid(self) -> str:
        return self.email.partition("@")[0]

    @property
    def sub(self) -> str:
        """The same in every service: ProConnect's identifiers are public, not pairwise."""
        account = (self.account or self.email).lower()
        return hashlib.sha256(f"stand-in-proconnect\x1f{account}".encode()).hexdigest()


@cache
def load() -> tuple[Agent, ...]:
    """The agents of the data file, in its order."""
    text = files("sandbox.proconnect").joinpath("agents.yaml").read_text(encoding="utf-8")
    return tuple(Agent(**entry) for entry in yaml.safe_load(text))


class Directory:
    """Every agent by e-mail, with the corrections made since the start."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget every correction."""
        self._by_email = {each.email: each for each in load()}

    def find(self, email: str) -> Agent | None:
        return self._by_email.get(email.strip().lower())

    def listed(self) -> list[Agent]:
        return list(self._by_email.values())

    def correct(self, email: str, changes: Mapping[str, Any]) -> Agent:
        """Change some fields of an agent, or add one; gives the new agent.

        Raises: ValueError for an unknown field or a wrong type.
        """
        kinds = {field.name: bool if field.name == "is_private" else str for field in fields(Agent)}
        if not all(isinstance(value, kinds.get(name, ())) for name, value in changes.items()):
            raise ValueError(f"fields must be among {', '.join(kinds)}, texts but for is_private")
        key = email.strip().lower()
        with self._lock:
            agent = replace(self._by_email.get(key) or Agent(email=email), **changes)
            self._by_email[key] = agent
        return agent
