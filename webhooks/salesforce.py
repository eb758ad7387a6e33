"""The org says that Contacts and Cases changed: we note which, and go and look; nothing else is believed.

Salesforce signs nothing, so three things are asked of a message: the secret end of the address, our own
org's id, and the form of an outbound message.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import structlog
from flask import Blueprint, Response, abort, request

from bridge.domain.causes import NOTICE_KIND, NOTICE_UNREADABLE
from bridge.errors import ForbiddenError
from bridge.http.access import Access, open_to
from bridge.usecases.ports import Clock, Store, Transaction
from webhooks.outbound_messages import ACKNOWLEDGED, Notified, OutboundMessage, read_message

log = structlog.get_logger("bridge.webhooks")

_LARGEST = 256 * 1024
_XML = frozenset({"text/xml", "application/xml", "application/soap+xml"})


def salesforce_blueprint(
    store: Store, clock: Clock, token: str, organization_id: Callable[[], str]
) -> Blueprint:
    """Give `POST /webhooks/salesforce/<token>`; an empty token shuts the door.

    The acknowledgement is sent once what is named is noted; the sweeper looks at it at its next turn.
    """
    doors = Blueprint("salesforce", __name__)

    @doors.post("/webhooks/salesforce/<given>")
    @open_to(Access.EVERYONE)
    def told(given: str) -> Response:
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            abort(404)
        if request.mimetype not in _XML:
            abort(415)
        request.max_content_length = _LARGEST
        message = read_message(request.get_data(cache=False))
        if message.organization_id != organization_id():
            raise ForbiddenError("the message comes from another org", code="notification.organization")
        with store.begin() as tx:
            counts = _noted(tx, message, clock.now())
        log.info("records to look at", **counts)
        return Response(ACKNOWLEDGED, content_type="text/xml; charset=utf-8")

    return doors


def _noted(tx: Transaction, message: OutboundMessage, now: datetime) -> dict[str, int]:
    """Note each notification once: a record to look at, or a stop that says what was not understood."""
    first = tx.notifications.heard({each.id for each in message.notified if each.id}, now)
    named: dict[str, set[str]] = {"Contact": set(), "Case": set()}
    parked: Counter[str] = Counter()
    for each in message.notified:
        if each.id is not None and each.id not in first:
            continue  # said before, and noted then
        if each.record_id is not None and each.kind in named:
            named[each.kind].add(each.record_id)
        else:
            parked[_park(tx, each, now)] += 1
    tx.contact_log.notice(named["Contact"], now)
    tx.case_feed.notice(named["Case"], now)
    return {"contacts": len(named["Contact"]), "cases": len(named["Case"]), "parked": parked.total()}


def _park(tx: Transaction, notified: Notified, now: datetime) -> str:
    """Keep what led nowhere, one row a kind of it: an org that says it often does not fill the table."""
    cause = NOTICE_UNREADABLE if notified.record_id is None else NOTICE_KIND
    tx.notifications.park(f"{cause}:{notified.kind}", cause, notified.kind, now)
    return cause
