"""A system of the town says that something moved, or brings the records themselves, signed.

A hint is not read: we go and look. Records are the sender's word for it, taken into the inbox before we
answer; which of the two a source sends is said by its mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog
from flask import Blueprint, Response, abort, jsonify, request

from bridge.errors import FieldsError, ForbiddenError
from bridge.http.access import Access, open_to
from bridge.http.origins import Origins
from bridge.usecases.ports import Clock, Store
from bridge.usecases.receive_delivery import ReceiveDelivery
from webhooks.json_reading import read_json
from webhooks.record_schema import RecordsSchema
from webhooks.signatures import SignatureError, verify
from webhooks.wrong_signatures import WrongSignatures

log = structlog.get_logger("bridge.webhooks")

RECORDS = "records"
MOST_RECORDS = 200
_LARGEST = 256 * 1024


def municipal_blueprint(
    store: Store,
    clock: Clock,
    secrets: Mapping[str, Sequence[bytes]],
    ring: Callable[[], object],
    receive: ReceiveDelivery | None = None,
    *,
    origins: Origins | None = None,
) -> Blueprint:
    """Give `POST /webhooks/sources/<source>`; `ring` tells a worker once a source is marked due.

    The answer is 202 once what was said is committed: the source due, or the delivery in the inbox.
    `origins` tells callers apart, so that one who signs wrongly again and again is no longer read.
    """
    doors = Blueprint("municipal", __name__)
    schemas = _schemas(receive)
    wrong = WrongSignatures(clock)

    @doors.post("/webhooks/sources/<source>")
    @open_to(Access.EVERYONE)
    def told(source: str) -> tuple[Response | str, int]:
        known, caller = source if source in secrets else "", origins.of(request) if origins else None
        wrong.refuse_a_flood(known, caller)
        brings_records = source in schemas
        if brings_records and request.mimetype != "application/json":
            abort(415)
        request.max_content_length = _LARGEST
        body = request.get_data(cache=False)
        # A source without a secret gets the same refusal as a wrong signature.
        try:
            key = verify(dict(request.headers), body, secrets.get(source, ()), clock.now())
        except SignatureError:
            wrong.note(known, caller)
            raise
        if receive is not None and brings_records:
            records = _records(source, body, schemas[source])
            answer = jsonify(delivery=receive(source, key, body, records))
            answer.call_on_close(receive.ring)
            return answer, 202
        with store.begin() as tx:
            tx.intake.make_due(source, clock.now())
        ring()
        log.info("source due", source=source)
        return "", 202

    return doors


def _schemas(receive: ReceiveDelivery | None) -> dict[str, RecordsSchema]:
    mappings = receive.mappings.values() if receive else ()
    return {one.source: RecordsSchema(one) for one in mappings if one.webhook == RECORDS}


def _records(source: str, body: bytes, schema: RecordsSchema) -> list[dict[str, object]]:
    """Give the records of a delivery. Raises: RequestError, FieldsError, ForbiddenError."""
    document = read_json(body)
    records = document.get("records")
    if isinstance(records, list) and len(records) > MOST_RECORDS:
        abort(413)
    if faults := schema.faults(document):
        raise FieldsError("a field is not as agreed", code="delivery.fields", fields=faults)
    if document["type"] != RECORDS or document.get("source", source) != source:
        log.warning("delivery of another", source=source)
        raise ForbiddenError("this key does not speak for that", code="delivery.forbidden")
    if not records:
        raise FieldsError("no record", code="delivery.fields", fields={"records": "one record or more"})
    return list(records)
