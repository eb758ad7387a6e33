"""A system of the town that pushes its records: signed, again until answered, and as badly as it is told.

Source: Standard Webhooks: three headers, HMAC-SHA256 over `id.timestamp.body`, any 2xx is a receipt, and
everything else is sent again with the same id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How a burst is sent: how many times each delivery, in order or not, by how many hands at once.

    `patience_s` is how long a delivery that is not received is sent again, every `pause_s`.
    """

    copies: int = 1
    shuffled: bool = False
    hands: int = 1
    patience_s: float = 0.0
    pause_s: float = 0.2


@dataclass(slots=True)
class Pusher:
    """Where it pushes to, and with which secret; `seed` decides what chance does."""

    address: str
    secret: bytes
    seed: int = 0
    received: dict[str, str] = field(default_factory=dict)
    """What each delivery that was received got as an answer."""

    def push(self, key: str, records: Sequence[dict[str, Any]]) -> requests.Response:
        """Send one delivery once."""
        body = json.dumps({"type": "records", "records": list(records)}).encode()
        answer = requests.post(
            self.address,
            data=body,
            headers={"Content-Type": "application/json", **self.signed(key, body)},
            timeout=_TIMEOUT_S,
        )
        if answer.ok:
            self.received[key] = answer.text
        return answer

    def signed(self, key: str, body: bytes) -> dict[str, str]:
        """Give the headers of a delivery sent now."""
        at = str(int(time.time()))
        mac = hmac.new(self.secret, f"{key}.{at}.".encode() + body, hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(mac).decode()}"
        return {"webhook-id": key, "webhook-timestamp": at, "webhook-signature": signature}

    def burst(
        self, deliveries: Iterable[tuple[str, Sequence[dict[str, Any]]]], manners: Manners | None = None
    ) -> list[str]:
        """Send many with these manners; give the keys nobody received."""
        how = manners or Manners()
        waiting = [one for one in deliveries for _ in range(how.copies)]
        if how.shuffled:
            random.Random(self.seed).shuffle(waiting)  # noqa: S311 - a burst, not a secret
        with ThreadPoolExecutor(how.hands) as hands:
            received = list(hands.map(lambda one: self._until_received(one[0], one[1], how), waiting))
        return sorted(
            {key for (key, _records), is_received in zip(waiting, received, strict=True) if not is_received}
        )

    def _until_received(self, key: str, records: Sequence[dict[str, Any]], how: Manners) -> bool:
        until = time.monotonic() + how.patience_s
        while True:
            try:
                if self.push(key, records).ok:
                    return True
            except requests.RequestException:
                pass
            if time.monotonic() >= until:
                return False
            time.sleep(how.pause_s)
