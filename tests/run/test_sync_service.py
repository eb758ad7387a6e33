"""`bridge sync` over a service that is declared: from the service to the org, and back to the service."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from run.town_hall import StandIns, plain_environment, sandbox_environment
from tests.adapters.sources.wire import EXAMPLES
from tests.sandbox.town.live import serving
from tests.servers.org import serving_org

NOBODY = {"issuer": "http://127.0.0.1:9", "client_id": "none", "client_secret": "none"}


@pytest.mark.slow
def test_a_declared_service_is_read_by_the_command(tmp_path: Path) -> None:
    """One file in the folder of sources and its settings are all a town adds."""
    sources = tmp_path / "sources"
    sources.mkdir()
    shutil.copy(EXAMPLES / "hubee.yaml", sources)
    with serving(tmp_path / "town") as town, serving_org() as org:
        assert town.post("/sandbox/reset", day="2015-02-20").ok
        environment = plain_environment()
        stand_ins = StandIns(NOBODY, org.ready, town.ready)
        environment |= sandbox_environment("http://127.0.0.1:9", tmp_path, stand_ins)
        environment |= {f"BRIDGE_{name.upper()}": str(value) for name, value in town.ready.items()}
        environment["BRIDGE_SOURCES_DIR"] = str(sources)
        command = [sys.executable, "-m", "run", "sync", "hubee"]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        rows = org.records("SELECT Source_Key__c, Legacy_Code__c FROM Case WHERE Source__c = 'hubee'")
        truth = {f"hubee:{number}": status for number, status in town.truth("hubee").items()}
    assert {row["Source_Key__c"]: row["Legacy_Code__c"] for row in rows} == truth != {}
    assert "client_secret" not in done.stdout + done.stderr
