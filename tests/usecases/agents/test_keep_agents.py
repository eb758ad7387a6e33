"""The list of agents: who put whom on it, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from bridge.domain.agent import Role
from bridge.errors import RequestError
from bridge.usecases.keep_agents import KeepAgents
from tests.usecases.agents.people import audited

EMAIL = "Lea.Martin@issy.example"


def code_of(change: Callable[[], object]) -> str:
    """Give the code a change is refused with."""
    with pytest.raises(RequestError) as caught:
        change()
    return caught.value.code


def test_each_change_is_audited_with_who_made_it(agents: KeepAgents, engine: Engine) -> None:
    """Ids, role and sectors; never the address."""
    added = agents.add(EMAIL, Role.READER, ("voirie", "urbanisme"), "operator")
    agents.change(EMAIL.lower(), Role.REVIEWER, None, "a_admin")
    agents.change(EMAIL, None, (), "a_admin")
    agents.remove(EMAIL.upper(), "operator")
    assert audited(engine) == [
        ("operator", "agent.added", added.id, "reader urbanisme voirie"),
        ("a_admin", "agent.changed", added.id, "reviewer urbanisme voirie"),
        ("a_admin", "agent.changed", added.id, "reviewer"),
        ("operator", "agent.removed", added.id, "reviewer"),
    ]
    assert agents.listed() == ()


def test_the_list_shows_addresses_as_they_were_typed(agents: KeepAgents) -> None:
    """The operator recognises them; the database does not."""
    agents.add(f" {EMAIL} ", Role.ADMINISTRATOR, (), "operator")
    (line,) = agents.listed()
    assert (line.login, line.agent.role, line.agent.sectors) == (EMAIL, Role.ADMINISTRATOR, frozenset())
    assert line.last_seen_at is None


def test_what_makes_no_sense_is_refused(agents: KeepAgents) -> None:
    """Each with its own code, and nothing is changed."""
    agents.add(EMAIL, Role.READER, (), "operator")
    assert code_of(lambda: agents.add(EMAIL.lower(), Role.READER, (), "operator")) == "agent.listed"
    assert code_of(lambda: agents.add("b@c.example", Role.READER, ("police",), "o")) == "agent.sector"
    assert code_of(lambda: agents.change(EMAIL, None, ("police",), "operator")) == "agent.sector"
    assert code_of(lambda: agents.change("nobody@issy.example", Role.READER, None, "o")) == "agent.not_listed"
    assert code_of(lambda: agents.remove("nobody@issy.example", "operator")) == "agent.not_listed"
    assert [line.agent.role for line in agents.listed()] == [Role.READER]


@pytest.mark.parametrize("email", ["", "lea", "lea@", "@issy.example", "lea@issy", "lea martin@issy.example"])
def test_what_is_no_address_is_not_invited(agents: KeepAgents, email: str) -> None:
    """A name typed in the wrong place would wait for ever."""
    assert code_of(lambda: agents.add(email, Role.READER, (), "operator")) == "agent.email"
