"""Where a request comes from, as a hash to count by."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Request

from bridge.http.origins import Origins

KEY = b"k" * 32


def origin(address: str | None, *, told: bool = True, key: bytes = KEY) -> str | None:
    """Give the origin of a request from this address; `told` by a proxy of ours."""
    environ: dict[str, Any] = {"REMOTE_ADDR": address} if address is not None else {}
    if told:
        environ["werkzeug.proxy_fix.orig"] = {"REMOTE_ADDR": "10.9.9.9"}
    return Origins(key).of(Request(environ))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_one_home_is_one_origin(one: str, other: str, same: bool) -> None:
    """An IPv6 network of one home, and the same address written both ways."""
    assert (origin(one) == origin(other)) is same


def test_an_origin_shows_nothing_and_hangs_on_the_key() -> None:
    """Without the key four thousand million guesses find nobody."""
    found = origin("203.0.113.7")
    assert found is not None
    assert len(found) == 64
    assert "203" not in repr(Origins(KEY))
    assert found != origin("203.0.113.7", key=b"o" * 32)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fd00::1"])
def test_an_address_that_may_be_a_proxys_is_nobodys(address: str) -> None:
    """Unless a proxy of ours passed it on: then it is a caller's, on the town's own network."""
    assert origin(address, told=False) is None
    assert origin(address) is not None


def test_a_public_address_needs_no_proxy_to_tell() -> None:
    """It cannot be one of ours."""
    assert origin("8.8.8.8", told=False) == origin("8.8.8.8")


@pytest.mark.parametrize("address", [None, "", "unix:", "203.0.113.7:443", "not an address"])
def test_what_is_no_address_is_nobodys(address: str | None) -> None:
    """A socket of the machine has none."""
    assert origin(address) is None
