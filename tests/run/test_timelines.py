"""What an operator sees of the timelines the org should have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.run.test_cli import bridge, sandbox
from tests.servers.org import serving_org

__all__ = ["sandbox"]

pytestmark = pytest.mark.slow


def test_the_doctor_says_whether_the_org_keeps_timelines(tmp_path: Path, sandbox: dict[str, str]) -> None:
    """With the package deployed, every field of the timeline is there; what is told can be told again."""
    with serving_org() as org:
        reached = sandbox | {
            "STREETS_URL": "http://127.0.0.1:9",
            "BRIDGE_SALESFORCE_LOGIN_URL": org.ready["login_url"],
            "BRIDGE_SALESFORCE_CONSUMER_KEY": org.ready["consumer_key"],
            "BRIDGE_SALESFORCE_CONSUMER_SECRET": org.ready["consumer_secret"],
        }
        seen = bridge(tmp_path, "doctor", **reached)
        spent = bridge(tmp_path, "budget", **reached)
    assert "ok    salesforce timeline: has every field of the mapping\n" in seen.stdout, seen.stderr
    assert re.search(r"ok    salesforce calls: \d+ of 100000 calls used in 24 hours \(0%\)", seen.stdout)
    assert re.search(r"scheduled  open    up to 85%, [1-9]\d* calls of ours today", spent.stdout), (
        spent.stderr
    )
    assert re.search(r"^(no case waits|\d+ cases wait) for Salesforce", spent.stdout, re.MULTILINE), (
        spent.stdout
    )
    told = bridge(tmp_path, "cases", "retell", **reached)
    assert (told.returncode, told.stdout) == (0, "0 cases are due again; their timelines follow\n"), (
        told.stderr
    )
