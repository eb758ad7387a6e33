"""What an identity provider says of a citizen, before FranceConnect checks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A fictitious citizen; dates and codes are text because the awkward ones are not valid."""

    login: str
    given_names: tuple[str, ...] = ()
    family_name: str = ""
    preferred_username: str = ""
    gender: str = ""
    birthdate: str = ""
    birthplace: str = ""
    birthcountry: str = ""
    email: str = ""
    use: str = ""
    refusal: str = ""
    register_family_name: str = ""
    """As the national register writes it, where the identity provider writes it otherwise."""
    level: str = ""
    """The level this way of signing in reaches; empty: whatever is asked."""
    state: str = ""
    """The Member State that vouches, for a citizen of another one."""
    idp_id: str = ""
    """The identity provider, where it is not the ordinary one."""
    mandates: str = ""
    """The perimeters of a helper's mandate, separated by spaces."""
