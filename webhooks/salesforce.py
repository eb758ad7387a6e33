"""The org says that Contacts changed: we note which, and go and look; nothing else it says is believed.

Salesforce signs nothing, so three things are asked of a message: the secret end of the address, our own
org's id, and the form of an outbound message.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

import structlog
from flask import Blueprint, Response, abort, request

from bridge.errors import ForbiddenError
from bridge.http.access import Access, open_to
from bridge.usecases.ports import Clock, Store
from webhooks.outbound_messages import ACKNOWLEDGED, read_message

log = structlog.get_logger("bridge.webhooks")

_LARGEST = 256 * 1024
_XML = frozenset({"text/xml", "application/xml", "application/soap+xml"})
_FOLLOWED = "Contact"


def salesforce_blueprint(
    store: Store, clock: Clock, token: str, organization_id: Callable[[], str]
) -> Blueprint:
    """Give `POST /webhooks/salesforce/<token>`; an empty token shuts the door.

    The acknowledgement is sent once the Contacts named are noted; the sweeper looks at them at its next turn.
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
        contacts = {record for kind, record in message.records if kind == _FOLLOWED}
        with store.begin() as tx:
            tx.contact_log.notice(contacts, clock.now())
        others = sum(kind != _FOLLOWED for kind, _record in message.records)
        log.info("contacts to look at", named=len(contacts), others=others, unreadable=message.unreadable)
        return Response(ACKNOWLEDGED, content_type="text/xml; charset=utf-8")

    return doors
