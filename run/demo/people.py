"""Three public FranceConnect test identities who own requests in the stand-in town."""

from __future__ import annotations

from dataclasses import dataclass


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
