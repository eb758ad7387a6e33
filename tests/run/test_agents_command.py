"""The operator keeps the list of agents from a terminal."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from run.cli import bridge
from tests.run.test_cli import _VOIRIE
from tests.test_settings import GOOD, SANDBOX

EMAIL = "Lea.Martin@issy.example"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give settings over a database of this test, with one source: voirie."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "voirie.yaml").write_text(_VOIRIE, encoding="utf-8")
    own = {
        "BRIDGE_DATABASE_URL": f"sqlite:///{tmp_path}/bridge.db",
        "BRIDGE_REDIS_URL": "",
        "BRIDGE_SOURCES_DIR": str(tmp_path / "sources"),
        "STREETS_URL": "http://127.0.0.1:9",
    }
    return GOOD | SANDBOX | own


def agents(settings: dict[str, str], *arguments: str) -> Result:
    """Run `bridge agents …`."""
    return CliRunner().invoke(bridge, ["agents", *arguments], env=settings)


def test_an_agent_is_invited_changed_listed_and_removed(settings: dict[str, str], tmp_path: Path) -> None:
    """The list shows the e-mail as it was typed; the database does not hold it."""
    assert "nobody may enter" in agents(settings, "list").output
    assert agents(settings, "add", EMAIL, "--role", "reader", "--sector", "voirie").exit_code == 0
    assert agents(settings, "list").output == f"{EMAIL}  reader  voirie  never signed in\n"
    changed = agents(settings, "change", EMAIL.lower(), "--role", "administrator", "--all-sectors")
    assert changed.output.endswith("is administrator for every sector\n")
    assert agents(settings, "list").output == f"{EMAIL}  administrator  every sector  never signed in\n"
    with sqlite3.connect(tmp_path / "bridge.db") as connection:
        dump = "\n".join(connection.iterdump()).lower()
    assert "lea.martin" not in dump
    assert dump.count("'operator','agent.") == 2
    assert agents(settings, "remove", EMAIL).exit_code == 0
    assert "nobody may enter" in agents(settings, "list").output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "lea", "--role", "reader"), "agent.email"),
        (("add", EMAIL, "--role", "reader", "--sector", "police"), "agent.sector"),
        (("remove", EMAIL), "agent.not_listed"),
        (("change", EMAIL, "--role", "reader"), "agent.not_listed"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_no_traceback(
    settings: dict[str, str], arguments: tuple[str, ...], code: str
) -> None:
    """`main` prints the explanation of an expected failure; nothing was written."""
    done = agents(settings, *arguments)
    assert getattr(done.exception, "code", None) == code
    assert "nobody may enter" in agents(settings, "list").output


@pytest.mark.parametrize(
    "arguments", [("change", EMAIL), ("change", EMAIL, "--sector", "voirie", "--all-sectors")]
)
def test_a_change_says_what_changes(settings: dict[str, str], arguments: tuple[str, ...]) -> None:
    """A command that would do nothing, or two things at once, is a usage error."""
    assert agents(settings, *arguments).exit_code == 2
