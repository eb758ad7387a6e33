"""Publik: two statuses, local times, lists that are cut, and who may call."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import requests

from tests.sandbox.town.calls import basic, publik
from tests.sandbox.town.live import TIMEOUT_S, LiveTown


def test_publik_shows_two_statuses_and_local_times(early: LiveTown) -> None:
    """The hidden one is beside the one a citizen may see; no time has a zone."""
    early.live("2015-12-20")
    listed = publik(early, "forms/stationnement-residentiel/list", full="on")
    apart = [one["workflow"] for one in listed if one["workflow"]["status"] != one["workflow"]["real_status"]]
    assert {one["real_status"]["id"] for one in apart} == {"verif"}
    assert all(datetime.fromisoformat(one["receipt_time"]).tzinfo is None for one in listed)
    assert {one["workflow"]["status"]["endpoint"] for one in listed} == {True, False}
    assert "user" in listed[0]
    assert "user" not in publik(early, "forms/stationnement-residentiel/list", full="on", anonymise="on")[0]
    assert set(publik(early, "forms/reservation-salle/list")[0]) == {
        "url",
        "id",
        "receipt_time",
        "last_update_time",
    }


def test_publik_cuts_and_orders_lists(early: LiveTown) -> None:
    """By limit and offset, newest first unless asked otherwise, and only what changed since a day."""
    path = "forms/stationnement-residentiel/list"
    every = publik(early, path, order_by="receipt_time")
    assert publik(early, path)[0]["id"] == every[-1]["id"]
    assert publik(early, path, order_by="receipt_time", limit=5, offset=3) == every[3:8]
    changed = publik(early, path, **{"filter-start-mtime": "on", "filter-start-mtime-value": "2015-06-10"})
    assert 0 < len(changed) < len(every)
    assert all(one["last_update_time"] >= "2015-06-10" for one in changed)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("forms/inconnu/list", 404),
        ("forms/stationnement-residentiel/99999/", 404),
        ("forms/stationnement-residentiel/list?limit=x", 400),
        ("forms/stationnement-residentiel/list?order_by=nom", 400),
    ],
)
def test_publik_refuses_in_its_envelope(early: LiveTown, path: str, status: int) -> None:
    """`err` is not zero, whatever the status of HTTP."""
    answer = requests.get(
        f"{early.ready['publik_url']}/{path}", auth=basic(early, "publik"), timeout=TIMEOUT_S
    )
    assert (answer.status_code, answer.json()["err"]) == (status, 1)


@pytest.mark.parametrize("spoiled", ["signature", "timestamp", "orig", "nonce", "nothing"])
def test_publik_checks_signature_time_caller_and_nonce(early: LiveTown, spoiled: str) -> None:
    """A signed call serves once, within thirty seconds, for a known caller."""
    ready = early.ready
    at = datetime.now(UTC) - timedelta(seconds=90 if spoiled == "timestamp" else 0)
    orig = "autre" if spoiled == "orig" else ready["publik_caller"]
    query = f"orig={orig}&algo=sha256&timestamp={at:%Y-%m-%dT%H:%M:%SZ}&nonce={at.timestamp()}"
    key = "autre" if spoiled == "signature" else ready["publik_secret"]
    signature = b64encode(hmac.new(key.encode(), query.encode(), hashlib.sha256).digest()).decode()
    address = f"{ready['publik_url']}/formdefs/?{query}&signature={quote(signature, safe='')}"
    answers = [requests.get(address, timeout=TIMEOUT_S).status_code for _ in range(2)]
    assert answers == ([200, 403] if spoiled in {"nonce", "nothing"} else [403, 403])
