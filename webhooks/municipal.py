"""A system of the town says that something moved: we go and look, and believe only what we read there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog
from flask import Blueprint, request

from bridge.http.access import Access, open_to
from bridge.usecases.ports import Clock, Store
from webhooks.signatures import verify

log = structlog.get_logger("bridge.webhooks")


def municipal_blueprint(
    store: Store, clock: Clock, secrets: Mapping[str, Sequence[bytes]], ring: Callable[[], object]
) -> Blueprint:
    """Give `POST /webhooks/sources/<source>`; `ring` tells a worker once the source is marked due.

    The body is signed and not read: a hint may come twice, late or out of order without harm.
    """
    doors = Blueprint("municipal", __name__)

    @doors.post("/webhooks/sources/<source>")
    @open_to(Access.EVERYONE)
    def hint(source: str) -> tuple[str, int]:
        now = clock.now()
        # A source without a secret gets the same refusal as a wrong signature.
        verify(dict(request.headers), request.get_data(cache=False), secrets.get(source, ()), now)
        with store.begin() as tx:
            tx.intake.make_due(source, now)
        ring()
        log.info("source due", source=source)
        return "", 202

    return doors
