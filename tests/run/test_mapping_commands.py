"""What a town's developer types: propose, check, try, test, sync, remap."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from run.cli import bridge
from tests.run.test_cli import PACKAGE
from tests.sandbox.town.live import LiveTown, serving
from tests.test_settings import GOOD, SANDBOX

SOURCES = ("urbanisme", "etat-civil", "demarches", "voirie")
NAMES = re.compile(r"DUBOIS|MARTIN|Angela|1962")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveTown]:
    """Give the stand-in town, with its four systems."""
    with serving(tmp_path_factory.mktemp("town")) as live:
        yield live


@pytest.fixture
def settings(tmp_path: Path, town: LiveTown) -> dict[str, str]:
    """Give the settings of a bridge that reads this town, its mappings in a folder of its own."""
    folder = tmp_path / "sources"
    folder.mkdir()
    for name in SOURCES:
        text = (PACKAGE / "mappings" / "municipal" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    ready = town.ready
    return (
        GOOD
        | SANDBOX
        | {
            "BRIDGE_DATABASE_URL": f"sqlite:///{tmp_path}/bridge.db",
            "BRIDGE_REDIS_URL": "",
            "BRIDGE_SOURCES_DIR": str(folder),
            "BRIDGE_DATA_DIR": str(tmp_path),
            "BRIDGE_URBANISME_DIRECTORY": ready["urbanisme_dir"],
            "BRIDGE_ETAT_CIVIL_DATABASE_URL": ready["etat_civil_database_url"],
            "BRIDGE_DEMARCHES_URL": ready["demarches_url"],
            "BRIDGE_DEMARCHES_TOKEN": ready["demarches_token"],
            "BRIDGE_DEMARCHES_NUMBER": str(ready["demarches_number"]),
            "BRIDGE_VOIRIE_URL": ready["voirie_url"],
            "BRIDGE_VOIRIE_SINCE": "2015-11-01",
        }
    )


def run(settings: dict[str, str], *arguments: str, answer: str = "") -> Result:
    """Run the command with these settings."""
    return CliRunner().invoke(bridge, list(arguments), env=settings, input=answer)


def mapping_of(settings: dict[str, str], name: str = "urbanisme") -> Path:
    """Give the file of a source's mapping."""
    return Path(settings["BRIDGE_SOURCES_DIR"]) / f"{name}.yaml"


def planning_file(town: LiveTown) -> str:
    """Give the path of the night's planning file."""
    return str(town.planning_file("2015-12-01"))


@pytest.mark.parametrize("name", SOURCES)
def test_one_record_of_each_transport_is_shown_mapped(settings: dict[str, str], name: str) -> None:
    """Over the real transport, with nobody's name; no cursor moves, and the look is audited."""
    done = run(settings, "sources", "test", name)
    assert done.exit_code == 0, done.output
    assert f"{name}@1 by " in done.output
    assert "never read" in done.output
    assert re.search(r"answered in \d+\.\d\d s", done.output)
    assert re.search(r"^  status +\w+.* ← \w+ = ", done.output, re.MULTILINE)
    assert not NAMES.search(done.output)
    listed = run(settings, "sources", "list")
    assert re.search(rf"^{name} .* 0  never read$", listed.output, re.MULTILINE)


def test_a_source_that_does_not_answer_says_so(settings: dict[str, str]) -> None:
    """With the code of its fault and exit status 1, not a traceback."""
    settings["BRIDGE_VOIRIE_URL"] = "http://127.0.0.1:9/open311/v2"
    done = run(settings, "sources", "test", "voirie")
    assert done.exit_code == 1
    assert "does not answer as expected: " in done.output
    assert done.output.rstrip().endswith("]")


def test_a_file_without_its_mark_is_not_ready(settings: dict[str, str], tmp_path: Path) -> None:
    """Whoever dropped it reads what is missing; nothing is wrong with the source."""
    (tmp_path / "URBA_20151201.csv").write_text("half of it")
    settings["BRIDGE_URBANISME_DIRECTORY"] = str(tmp_path)
    done = run(settings, "sources", "test", "urbanisme")
    assert done.exit_code == 0
    assert done.output.endswith(
        "no file named like URBA_*.csv is ready: each is taken once .ok added to its name lies beside it\n"
    )


def test_a_sample_is_shown_raw_beside_mapped(settings: dict[str, str], town: LiveTown) -> None:
    """Twenty records in eighty columns, masked, with their total and exit status 0."""
    done = run(settings, "mappings", "try", str(mapping_of(settings)), "--sample", planning_file(town))
    assert done.exit_code == 0, done.output
    assert done.output.count("\n─ ") + done.output.startswith("─ ") == 20
    assert done.output.endswith("urbanisme@1: 20 records tried, 20 read, 0 stopped\n")
    assert max(map(len, done.output.splitlines())) == 80
    assert not NAMES.search(done.output)


def test_a_record_that_stops_says_where_and_what_to_do(
    settings: dict[str, str], town: LiveTown, tmp_path: Path
) -> None:
    """The key at fault, the way out, and exit status 1."""
    sample = tmp_path / "URBA.csv"
    text = Path(planning_file(town)).read_bytes().decode("cp1252")
    sample.write_bytes(re.sub(r";(INST|DEP|ACC|NONOPP|REF|SANSSUITE);", ";ZZZ;", text).encode("cp1252"))
    done = run(settings, "mappings", "try", str(mapping_of(settings)), "--sample", str(sample))
    assert done.exit_code == 1
    assert "✗ status.words: the status word 'ZZZ' is not in the table; allowed: " in done.output
    assert "    → Ajoutez ce mot" in done.output


def test_a_mapping_is_tried_on_its_source(settings: dict[str, str]) -> None:
    """The live source, and nothing is written."""
    done = run(settings, "mappings", "try", str(mapping_of(settings)), "--source", "--records", "3")
    assert done.exit_code == 0, done.output
    assert "3 records tried" in done.output


def test_names_go_to_a_terminal_only(settings: dict[str, str], town: LiveTown) -> None:
    """`--show` is refused where the output could be kept, and shows people on a real terminal."""
    command = ["mappings", "try", str(mapping_of(settings)), "--sample", planning_file(town), "--show"]
    piped = run(settings, *command)
    assert (piped.exit_code, piped.output) == (1, "")
    assert str(piped.exception).startswith("--show is for a terminal")
    shown = _on_terminal([sys.executable, "-m", "run", *command], settings)
    first = town.planning_rows("2015-12-01")[0]
    assert re.search(rf"family_name +{first['NOM']} +← NOM = {first['NOM']}", shown)
    assert first["CODE_SUIVI"] not in shown


def _on_terminal(command: list[str], settings: dict[str, str]) -> str:
    """Give what a command writes on a terminal of its own."""
    master, slave = pty.openpty()
    with subprocess.Popen(command, cwd=PACKAGE, env=os.environ | settings, stdout=slave) as child:
        os.close(slave)
        written = b""
        try:
            while part := os.read(master, 65_536):
                written += part
        except OSError:
            pass  # the terminal is gone with its last user
        child.wait(30)
    os.close(master)
    return written.decode()


def test_a_draft_is_finished_and_becomes_a_mapping(
    settings: dict[str, str], town: LiveTown, tmp_path: Path
) -> None:
    """propose, check refuses each gap by name, fill them, check is content, try reads the sample."""
    draft = tmp_path / "permis.yaml"
    sample = planning_file(town)
    done = run(settings, "mappings", "propose", "permis", "--sample", sample, "--to", str(draft))
    assert done.exit_code == 0, done.output
    assert not NAMES.search(draft.read_text(encoding="utf-8"))
    refused = run(settings, "mappings", "check", str(draft))
    assert refused.exit_code == 1
    assert "permis.yaml: status.words.INST.phase: is a gap the draft left" in refused.output
    text = draft.read_text(encoding="utf-8")
    known = {"every_minutes": "1440", "absence": "gone", "phase": "received", "waiting_for": "town"}
    for key, value in known.items():
        text = text.replace(f'{key}: "???"', f"{key}: {value}")
    text = re.sub(r'date: "\?\?\?"', "date: french_date", text)
    text = re.sub(r'due_only_for: \["\?\?\?"\]', "due_only_for: [INST]", text)
    draft.write_text(text.replace('"???"', "Urbanisme"), encoding="utf-8")
    assert run(settings, "mappings", "check", str(draft)).exit_code == 0
    tried = run(settings, "mappings", "try", str(draft), "--sample", sample)
    assert "20 records tried, 20 read" in tried.output


def test_a_review_grown_old_is_a_reminder_and_no_fault(settings: dict[str, str], tmp_path: Path) -> None:
    """The check is content, and says whose law is to be read again."""
    sheet = tmp_path / "urb-dp.yaml"
    text = (PACKAGE / "mappings" / "procedures" / "urb-dp.yaml").read_text(encoding="utf-8")
    sheet.write_text(re.sub(r"reviewed_on: .*", "reviewed_on: 2020-01-01", text), encoding="utf-8")
    done = run(settings, "mappings", "check", str(sheet))
    assert done.exit_code == 0
    assert "reminder: urb-dp.yaml: reviewed_on: 2020-01-01 is more than 12 months ago" in done.output
    assert "mappings: no fault found" in done.output


def test_a_draft_overwrites_nothing(settings: dict[str, str], town: LiveTown) -> None:
    """What a person finished stays."""
    target = str(mapping_of(settings))
    done = run(settings, "mappings", "propose", "x", "--sample", planning_file(town), "--to", target)
    assert done.exit_code == 1
    assert "is there already" in str(done.exception)


def test_a_draft_can_come_from_a_source(settings: dict[str, str]) -> None:
    """Its transport is copied as written, the environment's names included."""
    done = run(settings, "mappings", "propose", "etat-civil")
    assert done.exit_code == 0, done.output
    assert "  database_url: env:BRIDGE_ETAT_CIVIL_DATABASE_URL\n" in done.output
    assert '    "IN_PROGRESS": {phase: "???", waiting_for: "???"}' in done.output


def test_a_corrected_mapping_is_applied_to_what_was_read(settings: dict[str, str]) -> None:
    """sync, correct, look, refuse, write; afterwards there is nothing left to do."""
    settings["BRIDGE_SALESFORCE_LOGIN_URL"] = "http://127.0.0.1:9"
    assert "urbanisme" in run(settings, "sync", "urbanisme").output
    path = mapping_of(settings)
    text = path.read_text(encoding="utf-8").replace("version: 1", "version: 2", 1)
    old = "INST: {phase: in_progress, waiting_for: town}"
    assert old in text
    path.write_text(text.replace(old, old.replace("in_progress", "scheduled")), encoding="utf-8")
    looked = run(settings, "remap", "urbanisme", "--dry-run")
    assert looked.exit_code == 0, looked.output
    [(before, after)] = re.findall(r"^  scheduled +(\d+) +(\d+)$", looked.output, re.MULTILINE)
    assert (before, int(after) > 0) == ("0", True)
    refused = run(settings, "remap", "urbanisme", answer="n\n")
    assert (refused.exit_code, "written" in refused.output) == (1, False)
    written = run(settings, "remap", "urbanisme", "--yes")
    assert f"written: {after} cases changed" in written.output
    again = run(settings, "remap", "urbanisme", "--yes")
    assert "0 cases would change and be pushed; 0 only note the edition" in again.output
    assert "written" not in again.output
