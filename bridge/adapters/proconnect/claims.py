"""The claims of the userinfo answer, turned into the agent they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bridge.adapters.franceconnect.names import is_email, name
from bridge.domain.agent import IdentifiedAgent
from bridge.errors import SignInError

_SIRET = re.compile(r"\d{14}", re.ASCII)


def identified_agent(claims: Mapping[str, Any], subject: str, issuer: str) -> IdentifiedAgent:
    """Give the agent. Raises: SignInError `login.userinfo` when a promised claim is missing or unfit.

    The name in use is `usual_name` here, never `family_name`. Source: ProConnect, claims of an agent.
    """
    try:
        given, usual = (
            name(claims.get("given_name"), "given_name"),
            name(claims.get("usual_name"), "usual_name"),
        )
        email, siret = _email(claims), _siret(claims)
    except ValueError as error:
        raise SignInError(f"the identity received cannot be used: {error}", code="login.userinfo") from None
    return IdentifiedAgent(subject, issuer, email, siret, f"{given} {usual}")


def _email(claims: Mapping[str, Any]) -> str:
    address = claims.get("email")
    if not is_email(address):
        raise ValueError("email")
    return address


def _siret(claims: Mapping[str, Any]) -> str:
    """An agent whose employer is not told is an agent of no town."""
    siret = claims.get("siret")
    if not isinstance(siret, str) or not _SIRET.fullmatch(siret):
        raise ValueError("siret")
    return siret
