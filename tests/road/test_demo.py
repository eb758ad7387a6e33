"""The two commands a newcomer tries first, started as they start them."""

from __future__ import annotations

import json
import sys

import pytest
import requests

from run.demo.people import PEOPLE
from run.ports import free_port
from tests.road.processes import running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="leftover processes are looked for in /proc"),
]

KEYS = ["records_read", "cases", "pushed", "parked", "api_calls", "citizens", "mismatches", "seconds"]


def test_the_check_agrees_with_itself_and_leaves_no_process() -> None:
    """`demo --check` prints one line of JSON without a mismatch, exits 0, and everything it started ended."""
    with running("demo", "--check", "--days", "4") as command:
        status, printed = command.end(timeout_s=240)
        survivors = command.survivors()
    assert (status, len(printed)) == (0, 1), printed
    report = json.loads(printed[0])
    assert list(report) == KEYS
    assert (report["mismatches"], report["parked"], report["citizens"]) == (0, 0, len(PEOPLE))
    assert report["records_read"] > report["cases"] == report["pushed"] > 0
    assert 0 < report["api_calls"] < report["cases"]
    assert survivors == []


def test_the_demo_shows_its_addresses_and_stops_on_ctrl_c() -> None:
    """The addresses answer when they are printed; Ctrl-C ends with exit status 0 and no process left."""
    port = free_port()
    with running("demo", "--port", str(port)) as command:
        printed = command.wait_for("Ctrl-C stops everything", timeout_s=240)
        addresses = {
            line.split("http://")[0].strip(): line.split()[-1] for line in printed if "http://" in line
        }
        answers = {name: requests.get(address, timeout=20).status_code for name, address in addresses.items()}
        command.interrupt()
        status, _ = command.end(timeout_s=120)
        survivors = command.survivors()
    assert addresses["citizen page"] == f"http://127.0.0.1:{port}/"
    # The stand-in of FranceConnect has no page of its own: it is entered by a sign-in only.
    assert answers.pop("FranceConnect") in {200, 404}
    places = [
        "citizen page",
        "API",
        "Salesforce org",
        "municipal systems",
        "OpenID provider",
        "e-mails and SMS",
        "agents' console",
        "portal of the org",
    ]
    assert answers == dict.fromkeys(places, 200)
    assert (status, survivors) == (0, [])
