"""Reading from FranceConnect: short, bounded, and every fault the same to the citizen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests

from bridge.adapters.franceconnect.config import SYSTEM
from bridge.adapters.outbound import OutboundLimits, translate
from bridge.errors import TransientError

MAX_BODY_BYTES = 65_536
# A code lives 30 s and a citizen is waiting: better a page that says "try again" than a long wait.
LIMITS = OutboundLimits(
    connect_timeout_s=2.0, read_timeout_s=5.0, total_timeout_s=8.0, max_response_bytes=MAX_BODY_BYTES
)


@contextmanager
def reaching() -> Iterator[None]:
    """Turn every fault of a call into TransientError `login.unavailable`."""
    try:
        yield
    except requests.RequestException as fault:
        # Without the original, whose text holds addresses and queries.
        raise unavailable(translate(fault, SYSTEM).explanation) from None


def unavailable(explanation: str) -> TransientError:
    """Give the error for a FranceConnect that does not answer as it should."""
    return TransientError(explanation, system=SYSTEM, code="login.unavailable")


def document(session: requests.Session, address: str) -> bytes:
    """Give the body of a public document. Raises: TransientError."""
    return fetched(session, address).content


def fetched(session: requests.Session, address: str) -> requests.Response:
    """Give the answer that brings a public document. Raises: TransientError."""
    with reaching():
        answer = session.get(address, headers={"Accept": "application/json"}, allow_redirects=False)
    if answer.status_code != 200 or len(answer.content) > MAX_BODY_BYTES:
        raise unavailable(f"a document was not given: {answer.status_code}")
    return answer
