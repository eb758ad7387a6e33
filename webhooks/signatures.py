"""Checks that a delivery comes from who it says, unaltered and now.

Source: the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, several signatures for
rotation, five minutes of tolerance both ways.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bridge.errors import NotSignedInError, RequestError

TOLERANCE_S = 300
# No full stop, which separates the parts that are signed.
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SECONDS = re.compile(r"[0-9]{1,12}")


class SignatureError(NotSignedInError):
    """The delivery is not trusted; one answer whatever the reason, so that nobody learns from it."""

    code = "webhook.signature"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: datetime) -> str:
    """Give the id of a delivery signed with one of these secrets.

    Raises: SignatureError; RequestError `webhook.id` for an id that could be read in two ways, or too long.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    delivery_id = sent.get("webhook-id", "")
    timestamp = sent.get("webhook-timestamp", "")
    if delivery_id and not _ID.fullmatch(delivery_id):
        raise RequestError("the id of the delivery is not as agreed", code="webhook.id")
    if not delivery_id or not _SECONDS.fullmatch(timestamp):
        raise SignatureError("the delivery is not signed as agreed")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE_S:
        raise SignatureError("the delivery is not signed as agreed")
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    given = _signatures(sent.get("webhook-signature", ""))
    good = [hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets]
    if not any(hmac.compare_digest(one, other) for one in given for other in good):
        raise SignatureError("the delivery is not signed as agreed")
    return delivery_id


def _signatures(header: str) -> list[bytes]:
    found = []
    for part in header.split()[:8]:
        version, _, text = part.partition(",")
        try:
            decoded = base64.b64decode(text, validate=True)
        except ValueError:
            continue
        if version == "v1":
            found.append(decoded)
    return found
