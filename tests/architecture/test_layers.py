"""The direction of imports: every contract holds, and a breach of each is seen."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.project import ROOMS, ROOT, settings_of_the_project

CONTRACTS = [contract["name"] for contract in settings_of_the_project()["tool"]["importlinter"]["contracts"]]
BREACHES = {
    "mappings/planted.py": "import bridge.errors",
    "bridge/domain/planted.py": "import bridge.usecases.ports",
    "sandbox/planted.py": "import bridge.errors",
    "jobs/planted.py": "import flask\nimport sandbox.serving",
    "bridge/usecases/planted.py": "import requests",
    "bridge/http/planted.py": "import authlib\nimport simple_salesforce\nimport sqlalchemy",
    "webhooks/planted.py": "import rq",
}


def verdicts(folder: Path) -> dict[str, str]:
    """Give what import-linter says of each contract in this folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = dict(re.findall(r"^(.+) (KEPT|BROKEN)(?: \(\d+ ignored imports?\))?$", told.stdout, re.MULTILINE))
    assert found, told.stdout + told.stderr
    assert (told.returncode == 0) is (set(found.values()) == {"KEPT"})
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the source to plant breaches in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_contract_is_kept() -> None:
    """Nothing imports upwards or sideways, and each library has one owner."""
    assert verdicts(ROOT) == dict.fromkeys(CONTRACTS, "KEPT")


def test_a_breach_of_each_contract_is_seen(copy: Path) -> None:
    """A contract that cannot fail would prove nothing."""
    for name, lines in BREACHES.items():
        (copy / name).write_text(lines + "\n")
    assert verdicts(copy) == dict.fromkeys(CONTRACTS, "BROKEN")


def test_a_new_room_inside_bridge_needs_a_layer(copy: Path) -> None:
    """The list of layers is exhaustive: whoever adds a module there says where it stands."""
    (copy / "bridge" / "planted.py").write_text('"""Stands nowhere."""\n')
    broken = {name for name, verdict in verdicts(copy).items() if verdict == "BROKEN"}
    assert broken == {"Inside bridge: nothing imports upwards or sideways"}
