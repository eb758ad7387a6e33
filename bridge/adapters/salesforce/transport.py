"""The only way to the org: adds the token, renews it once, stays on the instance, counts every call.

simple-salesforce is never given a token nor an address; it builds requests for `PLACEHOLDER`, and this
adapter sends them where the token says. So it cannot log in, loop, or carry a token to another host.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from bridge.adapters.outbound import BoundedAdapter, OutboundLimits, translate
from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.circuit import Circuit
from bridge.adapters.salesforce.config import SYSTEM
from bridge.adapters.salesforce.login import Token
from bridge.adapters.salesforce.tokens import TokenSource
from bridge.domain.synchronisation import CallLane
from bridge.errors import PermanentError

PLACEHOLDER = "instance.invalid"
_NEVER_USABLE = "not valid for use"
_AWAY = 503
_UNREACHED = frozenset({"remote.unreachable", "remote.tls"})


class FencedAdapter(BoundedAdapter):
    """Sends a request with the shared token; when the session has ended, once more, whole, with a new one.

    `lane` is what its calls are counted under, unless the thread says otherwise.
    """

    def __init__(
        self,
        tokens: TokenSource,
        budget: ApiBudget,
        circuit: Circuit,
        lane: CallLane,
        limits: OutboundLimits | None = None,
    ) -> None:
        super().__init__(limits)
        self._tokens = tokens
        self._budget = budget
        self._circuit = circuit
        self._lane = lane

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        *others: Any,
        **named: Any,
    ) -> requests.Response:
        """Send to the token's instance. Raises: TransientError, PermanentError."""

        def attempt(token: Token) -> requests.Response:
            signed = _signed(request, token)
            named["proxies"] = get_environ_proxies(signed.url or "")
            self._circuit.enter()
            self._budget.count_call(self._lane)
            try:
                response = super(FencedAdapter, self).send(signed, stream, timeout, *others, **named)
            except requests.RequestException as fault:
                if translate(fault, SYSTEM).code in _UNREACHED:
                    self._circuit.failed()
                raise
            if response.status_code == _AWAY:
                self._circuit.failed()
            else:
                self._circuit.worked()
            self._budget.record(response.headers.get("Sforce-Limit-Info"), self._lane)
            return response

        token = self._tokens.current()
        response = attempt(token)
        if not _session_ended(response):
            return response
        fresh = self._tokens.renew(token)
        response = attempt(fresh)
        if _session_ended(response):
            raise self._tokens.give_up(fresh)
        return response


def _signed(request: requests.PreparedRequest, token: Token) -> requests.PreparedRequest:
    parts = urlsplit(request.url or "")
    if (parts.scheme, parts.netloc) != ("https", PLACEHOLDER):
        raise PermanentError(
            "A call to another host than the org's was stopped", system=SYSTEM, code="salesforce.host_refused"
        )
    instance = urlsplit(token.instance_url)
    signed = request.copy()
    if seek := getattr(signed.body, "seek", None):
        seek(0)  # a file sent for the second time begins at its beginning
    signed.url = parts._replace(scheme=instance.scheme, netloc=instance.netloc).geturl()
    signed.headers["Authorization"] = f"Bearer {token.value}"
    return signed


def _session_ended(response: requests.Response) -> bool:
    """Tell whether a new login can help: one refusal under the same code never can."""
    if response.status_code != 401 or "json" not in response.headers.get("Content-Type", ""):
        return False
    try:
        errors = response.json()
    except requests.JSONDecodeError:
        return False
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(first, dict) or first.get("errorCode") != "INVALID_SESSION_ID":
        return False
    return _NEVER_USABLE not in str(first.get("message"))
