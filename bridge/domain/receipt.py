"""The receipt of a request: its number, and a secret that only its bearer reads."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bridge.domain.case import CaseKey

SHORTEST_SECRET = 8
"""A shorter secret could be guessed, so it opens nothing."""
SECRET_DIGITS = 16
MOST_CLAIMS = ((timedelta(hours=1), 5), (timedelta(days=1), 20))
"""How many receipts one person may try, and in what time."""
_LONGEST = 200
_SEPARATORS = re.compile(r"[\s._-]+")


class ClaimAnswer(StrEnum):
    """What became of a number and a secret. An unknown number and a wrong secret are one answer."""

    ATTACHED = "attached"
    REVIEWED = "reviewed"
    """The secret is right, and an agent has to look."""
    REFUSED = "refused"


class NotMine(StrEnum):
    """Why a citizen gives a request back."""

    NEVER_ASKED = "never_asked"
    SOMEBODY_ELSE = "somebody_else"
    """Made for, or by, somebody the citizen knows."""
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A request that has a receipt; `secret_hash` is all we keep of its secret."""

    case_id: str
    key: CaseKey
    link_id: str | None
    secret_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IssuedReceipt:
    """A receipt just made, to be handed over once; its secret is kept nowhere."""

    number: str
    secret: str = field(repr=False)


def secret_letters(text: str) -> str | None:
    """Give the letters and digits of a secret, capitals and separators aside; None when it is too short."""
    letters = _SEPARATORS.sub("", text[:_LONGEST]).upper()
    return letters if len(letters) >= SHORTEST_SECRET else None


def number_letters(text: str) -> str:
    """Give the letters and digits of a request's number, as its register and its citizen both write them."""
    return "".join(sign for sign in text[:_LONGEST].upper() if sign.isalnum())


def new_secret() -> str:
    """Give a secret of sixteen digits in groups of four."""
    digits = f"{secrets.randbelow(10**SECRET_DIGITS):0{SECRET_DIGITS}d}"
    return " ".join(digits[place : place + 4] for place in range(0, SECRET_DIGITS, 4))
