"""The wheel: it builds, holds what runs need, and runs from where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.architecture.project import ROOMS, ROOT, files

pytestmark = pytest.mark.slow
DATA = (".yaml", ".html", ".css", ".svg", ".graphql", ".lark", ".csv", ".csv.gz", ".xml")
LAST_LINES = -15


def run(*command: str, cwd: Path, **environment: str) -> str:
    """Run a command to its end; give what it wrote."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "PYTHON"))}
    told = subprocess.run(
        command, cwd=cwd, env=plain | environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert told.returncode == 0, "\n".join((told.stdout + told.stderr).splitlines()[LAST_LINES:])
    return told.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, with uv where there is one."""
    folder = tmp_path_factory.mktemp("wheel")
    if uv := shutil.which("uv"):
        run(uv, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT), cwd=ROOT)
    else:
        run(
            sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT), cwd=ROOT
        )
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it into a fresh environment that borrows our libraries and not our source; give its folder."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", str(folder), cwd=folder)
    python = str(folder / "bin" / "python")
    [site] = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    run(
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
        "--ignore-installed", "--disable-pip-version-check", str(wheel), cwd=folder,
    )  # fmt: skip
    return folder


def test_the_wheel_holds_every_file_a_run_needs(wheel: Path) -> None:
    """Source and data of each room, the migrations, and the package an administrator deploys."""
    held = set(ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for path in files()
        if path.relative_to(ROOT).parts[0] in ROOMS and path.name.endswith((".py", *DATA))
    }
    assert len(wanted) > 200
    assert wanted - held == set()
    assert any("/migrations/versions/" in name for name in held)
    fields = {
        path.name for path in files() if path.name.endswith(".field-meta.xml") and "tests" not in path.parts
    }
    assert fields <= {name.rsplit("/", 1)[-1] for name in held if name.startswith("run/force-app/")}


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    """No tests, no measurements, no caches, no secrets."""
    tops = {name.split("/", 1)[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)
    assert not [name for name in ZipFile(wheel).namelist() if "__pycache__" in name or ".env" in name]


def test_the_installed_product_answers(installed: Path) -> None:
    """`python -m run --help` and `bridge --help` say the same, from the installed files."""
    python = str(installed / "bin" / "python")
    by_module = run(python, "-m", "run", "--help", cwd=installed)
    by_name = run(str(installed / "bin" / "bridge"), "--help", cwd=installed)
    assert "Links FranceConnect identities to Salesforce" in by_module
    assert by_module.splitlines()[1:] == by_name.splitlines()[1:]
    where = run(python, "-c", "import bridge, run; print(bridge.__file__, run.__file__)", cwd=installed)
    assert all(path.startswith(str(installed)) for path in where.split())


def test_the_installed_product_finds_its_data(installed: Path) -> None:
    """Mappings are checked, words and templates are there, a database is made."""
    checked = run(str(installed / "bin" / "bridge"), "mappings", "check", cwd=installed)
    assert checked == "mappings: no fault found\n"
    code = (
        "from bridge.http.page_words import say\n"
        "from bridge.adapters.store.engine import create_store_engine\n"
        "from bridge.adapters.store.schema import check, migrate\n"
        "engine = create_store_engine('sqlite:///bridge.db')\n"
        "migrate(engine); check(engine)\n"
        "print(say('site', 'fr'))\n"
    )
    assert run(str(installed / "bin" / "python"), "-c", code, cwd=installed).strip() == "Mes demandes"
