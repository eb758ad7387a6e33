"""Who may say that a source moved."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from bridge.errors import RequestError
from bridge.settings import load_settings
from tests.test_settings import GOOD
from webhooks.signatures import SignatureError, verify

NOW = datetime(2026, 3, 12, 5, 10, tzinfo=UTC)
SECRET, OLD, OTHER = b"s" * 32, b"o" * 32, b"x" * 32
BODY = b'{"moved": true}'


def signed(
    *, secret: bytes = SECRET, at: datetime = NOW, body: bytes = BODY, number: str = "d_1"
) -> dict[str, str]:
    """Give the headers a town's system would send."""
    timestamp = str(int(at.timestamp()))
    mac = hmac.new(secret, f"{number}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {"webhook-id": number, "webhook-timestamp": timestamp, "webhook-signature": signature}


def test_a_delivery_signed_as_agreed_is_believed() -> None:
    """The id comes back, so that a delivery can be told from another."""
    assert verify(signed(), BODY, [SECRET], NOW) == "d_1"


def test_the_standard_s_own_library_is_believed() -> None:
    """A vendor signs with it, by the secret as both sides write it; another body is not believed."""
    written = "whsec_" + base64.b64encode(SECRET).decode()
    secrets = load_settings(GOOD | {"BRIDGE_WEBHOOK_SECRETS": f"voirie:{written}"}).webhook_secrets
    signature = Webhook(written).sign("d_1", NOW, BODY.decode())
    headers = signed(secret=OTHER) | {"webhook-signature": signature}
    assert verify(headers, BODY, secrets["voirie"], NOW) == "d_1"
    with pytest.raises(SignatureError):
        verify(headers, BODY + b" ", secrets["voirie"], NOW)


def test_two_secrets_are_believed_while_one_replaces_the_other() -> None:
    """A rotation loses no delivery: the old secret and the new one both hold."""
    assert verify(signed(secret=OLD), BODY, [SECRET, OLD], NOW) == "d_1"


def test_one_good_signature_among_several_is_enough() -> None:
    """A sender that rotates signs twice."""
    headers = signed()
    headers["webhook-signature"] = (
        f"{signed(secret=OTHER)['webhook-signature']} {headers['webhook-signature']}"
    )
    assert verify(headers, BODY, [SECRET], NOW) == "d_1"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v0," + "A" * 44},
        {"webhook-signature": "v1,not base64"},
        {"webhook-signature": signed(secret=OTHER)["webhook-signature"]},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-id": ""},
        {"webhook-id": "d_2"},
    ],
    ids=lambda change: "{}={}".format(*next(iter(change.items())))[:40],
)
def test_anything_else_gets_one_and_the_same_refusal(change: dict[str, str]) -> None:
    """Rows A89, A91, A95: whoever knocks wrongly learns nothing of why."""
    with pytest.raises(SignatureError) as refusal:
        verify(signed() | change, BODY, [SECRET], NOW)
    assert (refusal.value.code, refusal.value.explanation) == (
        "webhook.signature",
        "the delivery is not signed as agreed",
    )


@pytest.mark.parametrize("number", ["d.1", "d" * 129, "d" * 10_240, "é"])
def test_an_id_that_could_be_read_in_two_ways_is_refused(number: str) -> None:
    """Row A94: a full stop would move the border between what is signed."""
    with pytest.raises(RequestError) as refusal:
        verify(signed(number=number), BODY, [SECRET], NOW)
    assert refusal.value.code == "webhook.id"


@pytest.mark.parametrize("body", [BODY + b" ", b"\xef\xbb\xbf" + BODY, b""])
def test_a_body_written_anew_is_refused(body: bytes) -> None:
    """Row A90: the very bytes are signed, not their meaning."""
    with pytest.raises(SignatureError):
        verify(signed(), body, [SECRET], NOW)


@pytest.mark.parametrize(("minutes", "believed"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_five_minutes_of_tolerance_both_ways(minutes: int, believed: bool) -> None:
    """A delivery caught and sent again later is too old; a clock a little off is no crime."""
    at = datetime.fromtimestamp(NOW.timestamp() + 60 * minutes, UTC)
    if believed:
        assert verify(signed(at=at), BODY, [SECRET], NOW)
    else:
        with pytest.raises(SignatureError):
            verify(signed(at=at), BODY, [SECRET], NOW)


def test_without_a_secret_nobody_is_believed() -> None:
    """An unknown source has no secret, and gets the same refusal."""
    with pytest.raises(SignatureError):
        verify(signed(), BODY, [], NOW)


def test_a96_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each signature meets each secret's in the one comparison that tells nothing by its time."""
    compared: list[tuple[bytes, bytes]] = []

    def noted(
        one: bytes, other: bytes, compare: Callable[[bytes, bytes], bool] = hmac.compare_digest
    ) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    headers = signed(secret=OTHER)
    headers["webhook-signature"] += f" {signed(secret=OTHER, number='d_2')['webhook-signature']}"
    with pytest.raises(SignatureError):
        verify(headers, BODY, [SECRET, OLD], NOW)
    assert len(set(compared)) == 4
    assert verify(signed(), BODY, [SECRET], NOW) == "d_1"
    assert compared[-1][0] == compared[-1][1]
