"""Outbound HTTP: bounded in time and size, faults translated, reads repeated with care."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import tenacity
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from bridge.errors import PermanentError, RemoteError, TransientError

_CHUNK_BYTES = 65_536
_TEMPORARY_STATUSES = frozenset({406, 408, 420, 425, 429})
_LONGEST_RETRY_AFTER_S = 86_400.0


@dataclass(frozen=True, slots=True)
class OutboundLimits:
    """How long one call may take and how much it may answer.

    `read_timeout_s` bounds each wait for bytes, `total_timeout_s` the reading of the whole body.
    """

    connect_timeout_s: float = 3.0
    read_timeout_s: float = 30.0
    total_timeout_s: float = 120.0
    max_response_bytes: int = 32 * 1024 * 1024


class ResponseTooLargeError(requests.RequestException):
    """The body is larger than the limit; it was not kept."""


class BoundedAdapter(HTTPAdapter):
    """Gives every call a timeout and reads its body within the limits, unless the caller asked to stream.

    It can be mounted on any `requests.Session`, also one a library brings.
    """

    def __init__(
        self, limits: OutboundLimits | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(pool_connections=8, pool_maxsize=32)
        self._limits = limits or OutboundLimits()
        self._monotonic = monotonic

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        *others: Any,
        **named: Any,
    ) -> requests.Response:
        """Send with a timeout, whether or not the caller gave one."""
        limits = self._limits
        timeout = timeout or (limits.connect_timeout_s, limits.read_timeout_s)
        response = super().send(request, True, timeout, *others, **named)
        if not stream:
            response.raw = io.BytesIO(self._body(response))
        return response

    def _body(self, response: requests.Response) -> bytes:
        deadline = self._monotonic() + self._limits.total_timeout_s
        body = bytearray()
        try:
            while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
                body += chunk
                if len(body) > self._limits.max_response_bytes:
                    raise ResponseTooLargeError
                if self._monotonic() > deadline:
                    raise requests.ReadTimeout
        except urllib3.exceptions.ReadTimeoutError as fault:
            raise requests.ReadTimeout from fault
        except urllib3.exceptions.HTTPError as fault:
            raise requests.exceptions.ChunkedEncodingError from fault
        finally:
            response.raw.close()
        return bytes(body)


def open_session(
    limits: OutboundLimits | None = None, *, adapter: HTTPAdapter | None = None, redirects: int = 0
) -> requests.Session:
    """Give a session that is bounded, keeps no cookie, reads no .netrc and follows `redirects` redirects."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, adapter or BoundedAdapter(limits))
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.auth = _leave_authorization_alone
    session.max_redirects = redirects
    return session


def _leave_authorization_alone(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # Without an `auth` of its own, a session lets a .netrc replace the Authorization header.
    return request


@contextmanager
def translated(system: str) -> Iterator[None]:
    """Turn the faults of `requests` into ours. Their texts hold addresses and queries, so they are not kept.

    Raises: TransientError, PermanentError.
    """
    try:
        yield
    except requests.RequestException as fault:
        raise translate(fault, system) from None


# The first class that fits wins, so the narrow ones come first.
_FAULTS: tuple[
    tuple[type[requests.RequestException], type[TransientError | PermanentError], str, str], ...
] = (
    (requests.exceptions.SSLError, TransientError, "remote.tls", "The secure connection failed"),
    (requests.exceptions.ConnectTimeout, TransientError, "remote.unreachable", "Unreachable"),
    (requests.exceptions.ProxyError, TransientError, "remote.unreachable", "Unreachable"),
    (requests.exceptions.Timeout, TransientError, "remote.timeout", "No answer in time"),
    (requests.exceptions.ConnectionError, TransientError, "remote.interrupted", "The connection broke"),
    (requests.exceptions.ChunkedEncodingError, TransientError, "remote.interrupted", "The answer broke off"),
    (requests.exceptions.ContentDecodingError, TransientError, "remote.interrupted", "The answer broke off"),
    (requests.exceptions.InvalidJSONError, TransientError, "remote.unreadable", "The answer cannot be read"),
    (ResponseTooLargeError, PermanentError, "remote.too_large", "The answer is too large"),
    (requests.exceptions.TooManyRedirects, PermanentError, "remote.redirected", "Redirects elsewhere"),
    (requests.RequestException, PermanentError, "remote.misconfigured", "The call cannot be made"),
)


def translate(fault: requests.RequestException, system: str) -> RemoteError:
    """Give the error that says what to do about a fault of `requests`.

    `remote.unreachable` was surely not carried out; `remote.timeout` and `remote.interrupted` may have been.
    """
    if _never_connected(fault):
        return TransientError("Unreachable", system=system, code="remote.unreachable")
    _, kind, code, text = next(row for row in _FAULTS if isinstance(fault, row[0]))
    return kind(text, system=system, code=code)


def _never_connected(fault: requests.RequestException) -> bool:
    cause = fault.args[0] if fault.args else None
    reason = cause.reason if isinstance(cause, urllib3.exceptions.MaxRetryError) else cause
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def require_success(response: requests.Response, system: str, *, now: datetime) -> requests.Response:
    """Give the answer back when its status is below 300.

    Raises: TransientError for a status that passes (with `Retry-After`), PermanentError for the others.
    """
    status = response.status_code
    if status < 300:
        return response
    if status >= 500 or status in _TEMPORARY_STATUSES:
        wait_s = retry_after_s(response.headers, now)
        raise TransientError(
            f"Answered {status}", system=system, code=f"remote.{status}", retry_after_s=wait_s
        )
    raise PermanentError(f"Answered {status}", system=system, code=f"remote.{status}")


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Give the seconds `Retry-After` asks for, a day at most; None when absent or unreadable."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_RETRY_AFTER_S)
    try:
        wait_s = (parsedate_to_datetime(text) - now).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(wait_s, 0.0), _LONGEST_RETRY_AFTER_S)


def retrying(
    *,
    attempts: int = 3,
    longest_wait_s: float = 8.0,
    sleep: Callable[[float], None] = time.sleep,
) -> tenacity.Retrying:
    """Repeat a read on TransientError: `retrying()(read, …)`; never for anything that writes.

    A system that asks for more than `longest_wait_s` is left alone: the error goes up, with its delay.
    """
    jitter = tenacity.wait_random_exponential(multiplier=0.5, max=longest_wait_s)

    def worth_it(fault: BaseException) -> bool:
        return isinstance(fault, TransientError) and (fault.retry_after_s or 0.0) <= longest_wait_s

    def wait(state: tenacity.RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        asked_s = fault.retry_after_s if isinstance(fault, TransientError) else None
        return max(jitter(state), asked_s or 0.0)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(worth_it),
        stop=tenacity.stop_after_attempt(attempts),
        wait=wait,
        sleep=sleep,
        reraise=True,
    )
