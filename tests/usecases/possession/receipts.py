"""Requests with receipts, and a citizen who claims them."""

from __future__ import annotations

from bridge.domain.identity import PivotIdentity
from bridge.domain.receipt import ClaimAnswer
from bridge.domain.review import ReviewKind
from bridge.usecases.absorb_delivery import AbsorbDelivery
from tests.domain.people import like
from tests.usecases.people import PSEUDONYMS
from tests.usecases.possession.doubt import Doubt
from tests.usecases.town import URBANISME, delivery, row

SECRET = "1234 5678 9012 3456"
UNDATED = like(birth_place=None)
"""What a clerk typed of Angela before: too little to find her by."""


def absorb(doubt: Doubt, number: int = 1, person: PivotIdentity = UNDATED, secret: str = SECRET) -> None:
    """Let the planning office report a file with its receipt."""
    told = row(number, person, CODE_SUIVI=secret)
    AbsorbDelivery(doubt.store, PSEUDONYMS, doubt.clock)(
        URBANISME, delivery(told, key=f"{number}{person}{secret}")
    )


def signed_in(doubt: Doubt) -> None:
    """Sign in, and prove who one is."""
    doubt.sign_in()
    doubt.ask()
    doubt.answer(doubt.mail.code)
    doubt.bell.rung.clear()


def claim(doubt: Doubt, number: str = "DP 1", secret: str = SECRET) -> ClaimAnswer:
    """Claim a request."""
    return doubt.possession.claim(doubt.session, number, secret)


def open_reviews(doubt: Doubt) -> list[tuple[ReviewKind, tuple[str, ...]]]:
    """Give what agents have to look at."""
    with doubt.store.read() as tx:
        return [(review.kind, review.reasons) for review in tx.reviews.undecided()]
