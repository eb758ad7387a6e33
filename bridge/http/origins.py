"""Where a request comes from, as a hash: enough to count, nothing to find anybody by."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Request

# One home or office has at least this much of an IPv6 network to itself.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Origins:
    """Tells one address from another, by hashes under one key."""

    key: bytes = field(repr=False)

    def of(self, request: Request) -> str | None:
        """Give the keyed hash of the caller's address; None when it may be a proxy's, hence everybody's.

        A proxy nobody told us of, or that told us nothing, is on this machine or on the town's network:
        limiting such an address would limit all citizens together.
        """
        address = _address(request.remote_addr)
        if address is None or (address.is_private and not _was_told(request)):
            return None
        shared = (
            str(ip_network((address, _IPV6_PREFIX), strict=False)) if address.version == 6 else str(address)
        )
        return hmac.new(self.key, shared.encode(), hashlib.sha256).hexdigest()


def _was_told(request: Request) -> bool:
    """Whether a proxy of ours named the caller: then werkzeug's ProxyFix put the address in its place."""
    before: Mapping[str, str] = request.environ.get("werkzeug.proxy_fix.orig", {})
    return before.get("REMOTE_ADDR", request.remote_addr) != request.remote_addr


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text or "")
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
