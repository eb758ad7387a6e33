"""Who is who in the trial: FranceConnect's public test identities, and agents of the stand-in town."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.agent import Role


@dataclass(frozen=True, slots=True)
class Person:
    """A test identity and what there is to see."""

    login: str
    story: str


PEOPLE = (
    Person("test", "new to the org: a planning file waits for documents, two more requests"),
    Person("avec_nom_dusage", "known to the org, linked by the certain rule: three requests"),
    Person("naissance_Algérie", "born abroad, new to the org: three requests"),
)
IN_DOUBT = Person("prénom_composé", "half known to the org: a code by e-mail or SMS finishes it")


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """An agent the stand-in ProConnect knows, invited to the console."""

    email: str
    role: Role
    story: str


SIRET = "21920040900015"
"""The organisation those agents belong to at the stand-in ProConnect."""

AGENTS = (
    DemoAgent("lea.martin@issy.example", Role.READER, "reads"),
    DemoAgent("rene.dupuis@issy.example", Role.REVIEWER, "reads, and decides doubts about persons"),
    DemoAgent("ada.bernard@issy.example", Role.ADMINISTRATOR, "does everything, and invites others"),
)
