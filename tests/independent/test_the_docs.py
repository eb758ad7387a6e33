"""The commands of docs/stand-ins.md, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.independent.node_clients import FOLDER, OLDEST, TIMEOUT_S, cli_environment
from tests.independent.stand_in_org import org, ready
from tests.servers.node import node_program

__all__ = ["org", "ready"]
pytestmark = pytest.mark.xdist_group("stand-in-docs")
TEXT = (Path(__file__).parents[2] / "docs" / "stand-ins.md").read_text("utf-8")


def block(kind: str) -> str:
    """The one code block of that kind."""
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    code: str = found
    return code


@pytest.fixture
def environment(org: dict[str, Any], tmp_path: Path) -> dict[str, str]:
    """What a developer has in the shell by then: the org's values, and Node before all else on the path."""
    node = Path(str(node_program(OLDEST))).parent
    paths = [node, FOLDER / "node_modules" / ".bin", os.environ["PATH"]]
    own = {"ORG_URL": org["url"], "ORG_CA": org["ca_file"], "PATH": os.pathsep.join(map(str, paths))}
    return {**cli_environment(tmp_path, org), **own}


def run(command: list[str], environment: dict[str, str], folder: Path) -> str:
    """Run to its end, which must be a good one; give what was printed."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, env=environment, cwd=folder
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def names(org: dict[str, Any]) -> list[str]:
    """The Contacts of the org, asked without any of the clients."""
    answer = requests.get(
        f"{org['url']}/services/data/v62.0/query",
        params={"q": "SELECT LastName FROM Contact ORDER BY LastName"},
        headers={"Authorization": f"Bearer {org['access_token']}"},
        verify=org["ca_file"],
        timeout=10,
    )
    return [record["LastName"] for record in answer.json()["records"]]


def test_the_salesforce_cli(org: dict[str, Any], environment: dict[str, str], tmp_path: Path) -> None:
    """Sign in, create, load, ask, export."""
    printed = run(["sh", "-ec", block("sh sf")], environment, tmp_path)
    assert "Dubois-Martin" in printed
    assert names(org) == ["Dubois-Martin", "Petit"]
    assert (tmp_path / "out.csv").read_text("utf-8").count("\n") == 3


def test_jsforce(org: dict[str, Any], environment: dict[str, str]) -> None:
    """One load and one query."""
    trusting = {**environment, "NODE_EXTRA_CA_CERTS": org["ca_file"]}
    assert run(["node", "--input-type=module", "-e", block("js")], trusting, FOLDER) == "1 1\n"


def test_simple_salesforce(org: dict[str, Any], environment: dict[str, str], tmp_path: Path) -> None:
    """One upsert and one load, which waits five seconds before it asks how far it is."""
    run([sys.executable, "-c", block("python")], environment, tmp_path)
    assert names(org) == ["Blanc", "Noir"]


def test_curl(environment: dict[str, str], tmp_path: Path) -> None:
    """Whatever speaks HTTP."""
    assert '"DailyApiRequests"' in run(["sh", "-ec", block("sh curl")], environment, tmp_path)
