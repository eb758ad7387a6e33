"""A database restored from an hour-old backup: the org knows more than we do (F34)."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

from click.testing import CliRunner

from run.cli import bridge
from run.town_hall import StandIns, sandbox_environment
from tests.servers.org import StandInOrg
from tests.usecases.town import row

ROOT = Path(__file__).parents[2]


def drop(folder: Path, day: str, *rows: dict[str, object]) -> None:
    """Have the planning office drop a file."""
    name, columns = f"URBA_{day}.csv", [*row(), "CODE_SUIVI"]
    lines = [";".join(columns), *(";".join(str(each.get(c, "")) for c in columns) for each in rows)]
    (folder / name).write_bytes("".join(f"{line}\r\n" for line in lines).encode("cp1252"))
    (folder / f"{name}.ok").touch()


def test_f34_a_database_restored_from_a_backup_converges_without_a_step_back(
    served_org: StandInOrg, tmp_path: Path
) -> None:
    """What the org learnt in the lost hour is found, nothing older replaces it, and one command mends it."""
    org = served_org
    org.clock.set(datetime.now(UTC))
    org.reset()
    for folder in ("drop", "sources"):
        (tmp_path / folder).mkdir()
    copy(ROOT / "mappings" / "municipal" / "urbanisme.yaml", tmp_path / "sources")
    nowhere = "http://127.0.0.1:9"
    town = {
        "urbanisme_dir": str(tmp_path / "drop"),
        "etat_civil_database_url": "sqlite://",
        "day": "2025-01-01",
    }
    town |= {"demarches_url": nowhere, "demarches_token": "t", "demarches_number": "1", "voirie_url": nowhere}
    provider = {"issuer": nowhere, "client_id": "c", "client_secret": "s"}
    environment = sandbox_environment(nowhere, tmp_path, StandIns(provider, org.ready, town))
    environment["BRIDGE_SOURCES_DIR"] = str(tmp_path / "sources")
    runner = CliRunner(env=environment)

    def command(*words: str) -> tuple[int, str]:
        done = runner.invoke(bridge, words)
        return done.exit_code, done.output

    def phases() -> dict[str, str]:
        found = org.records("SELECT Source_Key__c, Phase__c FROM Case")
        return {each["Source_Key__c"]: each["Phase__c"] for each in found}

    drop(tmp_path / "drop", "1", row(1), row(2))
    assert command("sync", "urbanisme")[0] == 0
    stored = tmp_path / "bridge.db"
    with sqlite3.connect(stored) as now, sqlite3.connect(tmp_path / "backup.db") as backup:
        now.backup(backup)
    for day, state in (("2", "CONSULT"), ("3", "ACC")):
        drop(tmp_path / "drop", day, row(1, CD_ETAT=state), row(2), row(3))
        assert command("sync", "urbanisme")[0] == 0
    newest = phases()
    assert newest["urbanisme:DP 1"] == "decided"
    with sqlite3.connect(stored) as now, sqlite3.connect(tmp_path / "backup.db") as backup:
        backup.backup(now)

    status, told = command("reconcile", "--source", "urbanisme")
    assert status == 1
    assert "ahead 1" in told
    assert "extra 1" in told
    status, told = command("reconcile", "--heal")
    assert (status, phases()) == (1, newest)
    for day in "123":
        (tmp_path / "drop" / f"URBA_{day}.csv").unlink()
    command("sync", "urbanisme")
    assert phases() == newest, "what the org holds newer was overwritten before its source was read"
    drop(tmp_path / "drop", "3", row(1, CD_ETAT="ACC"), row(2), row(3))
    status, told = command("reconcile", "--after-restore", "--out", str(tmp_path / "report.json"))
    assert status == 1, told
    assert phases() == newest
    assert "genuine" in command("reconcile", "verify", str(tmp_path / "report.json"))[1]
    command("sync", "urbanisme")
    status, told = command("reconcile")
    assert status == 0, told
    assert phases() == newest
