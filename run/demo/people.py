"""Three public FranceConnect test identities who own requests in the stand-in town."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A test identity and what there is to see."""

    login: str
    story: str


PEOPLE = (
    Person("test", "a planning file waits for documents, a certificate, an activity centre"),
    Person("avec_nom_dusage", "a planning file accepted, a marriage certificate, an activity centre"),
    Person("naissance_Algérie", "born abroad: a planning file, a PACS, an activity centre"),
)
