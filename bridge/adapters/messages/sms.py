"""One-time codes by SMS, through a gateway: POST {"to": "+336…", "text": "…"} with a bearer token."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests

from bridge.adapters.messages.phone_numbers import mobile_number
from bridge.adapters.outbound import OutboundLimits, open_session, require_success, translated
from bridge.domain.code_message import CodeMessage
from bridge.domain.contact import Reachable
from bridge.errors import PermanentError
from bridge.usecases.ports import Clock

SYSTEM = "sms"
_LIMITS = OutboundLimits(read_timeout_s=10, total_timeout_s=15, max_response_bytes=64 * 1024)


@dataclass(frozen=True, slots=True)
class SmsSender:
    """A `CodeSender` for mobile telephones."""

    url: str
    token: str = field(repr=False)
    clock: Clock
    session: requests.Session = field(default_factory=lambda: open_session(_LIMITS), repr=False)

    def send(self, to: Reachable, message: CodeMessage) -> None:
        """Hand the message over to the gateway, once. Raises: TransientError, PermanentError."""
        number = mobile_number(to.phones)
        if number is None:
            raise PermanentError("the Contact has no mobile number", system=SYSTEM, code="sms.no_number")
        with translated(SYSTEM):
            answer = self.session.post(
                self.url,
                json={"to": number, "text": message.short},
                headers={"Authorization": f"Bearer {self.token}"},
            )
        require_success(answer, SYSTEM, now=self.clock.now())
