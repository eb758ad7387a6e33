"""What an operator lists, looks at and tries again, and how a comparison ends for a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from bridge.adapters.store.store import SqlStore
from bridge.usecases.absorb_delivery import AbsorbDelivery
from run.cli import bridge
from run.commands.parked import OPERATOR
from tests.servers.org import StandInOrg
from tests.servers.org_hall import OrgHall, org_hall
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, delivery, row


@dataclass
class Terminal:
    """Commands over the parts of a town hall."""

    hall: OrgHall

    def type(self, *words: str) -> Result:
        """Run `bridge …`."""
        return CliRunner().invoke(bridge, words, catch_exceptions=False)


@pytest.fixture
def terminal(
    sqlite_store: SqlStore, served_org: StandInOrg, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    """Give a terminal on this town hall."""
    with org_hall(sqlite_store, served_org) as hall:
        services = SimpleNamespace(
            store=hall.store,
            clock=hall.clock,
            mappings={"urbanisme": URBANISME},
            replay_stopped=hall.replay,
            reconcile=hall.reconcile,
            report_seal=hall.seal,
            follow_cases=hall.follow,
            salesforce=hall.connection,
        )
        for command in ("parked", "reconcile", "cases"):
            monkeypatch.setattr(f"run.commands.{command}.read_services", lambda: services)
        yield Terminal(hall)


def test_what_stopped_is_listed_shown_and_tried_again(terminal: Terminal) -> None:
    """By cause with age and next step, one by its id or its number, and after the mapping was mended."""
    hall = terminal.hall
    AbsorbDelivery(hall.store, PSEUDONYMS, hall.clock)(URBANISME, delivery(row(1, CD_ETAT="ZZZ"), row(2)))
    hall.push()
    hall.org.delete("Case", hall.theirs(2)["Id"])
    hall.look()
    listed = terminal.type("parked", "list").output
    assert "1 × record.status_unmapped  record of urbanisme, the oldest" in listed
    assert "→ Ajoutez ce mot au tableau status.words" in listed
    assert "1 × CASE_DELETED  push of urbanisme" in listed
    assert "ZZZ" not in terminal.type("parked", "list", "--cause", "CASE_DELETED").output
    assert terminal.type("parked", "list", "--source", "voirie").output == "nothing is parked\n"
    shown = terminal.type("parked", "show", "DP 2").output
    assert "code    CASE_DELETED" in shown
    assert "Restaurez-la depuis la corbeille" in shown
    again = terminal.type("parked", "replay", "--mapping-fixed", "urbanisme")
    assert again.output == "tried again 1, still stopped 1\n"
    again = terminal.type("parked", "replay", "--cause", "CASE_DELETED")
    assert again.output == "tried again 1, still stopped 0\n"
    hall.push()
    (cause,) = hall.replay.causes(OPERATOR)
    (item,) = hall.replay.items(cause, 0)
    assert terminal.type("parked", "replay", item.id).output == "tried again 1, still stopped 1\n"


def test_a_long_cause_is_cut_in_the_list_and_not_in_the_count(terminal: Terminal) -> None:
    """A terminal shows twenty; the number is whole."""
    hall = terminal.hall
    rows = [row(number, CD_ETAT="ZZZ") for number in range(25)]
    AbsorbDelivery(hall.store, PSEUDONYMS, hall.clock)(URBANISME, delivery(*rows))
    listed = terminal.type("parked", "list").output
    assert listed.startswith("25 × record.status_unmapped")
    assert "… and 5 more" in listed


def test_a_comparison_ends_with_0_only_when_both_sides_agree(terminal: Terminal, tmp_path: Path) -> None:
    """A script may rely on it; the report is written and known again."""
    hall, report = terminal.hall, tmp_path / "report.json"
    hall.sent(1, 2)
    done = terminal.type("reconcile", "--out", str(report))
    assert done.exit_code == 0, done.output
    assert "urbanisme: store 2 = org 2" in done.output
    assert "both sides agree" in terminal.type("reconcile", "verify", str(report)).output
    hall.org.delete("Case", hall.theirs(2)["Id"])
    done = terminal.type("reconcile", "--heal")
    assert done.exit_code == 1
    assert "missing 1: in our store and not in the org" in done.output
    assert "sent again 1" in done.output
    hall.push()
    assert terminal.type("reconcile", "--source", "urbanisme").exit_code == 0


def test_the_history_in_a_terminal_tells_of_conflicts(terminal: Terminal) -> None:
    """Beside the timeline: when, who, which fields, and what became of it."""
    hall = terminal.hall
    hall.sent(1)
    hall.edit(Subject="Portail")
    followed = terminal.type("cases", "follow").output
    assert "cases looked at 1: sent again 1, left 0, stopped 0, going on 0" in followed
    assert ": Subject (rewritten)" in terminal.type("cases", "show", "urbanisme:DP 1").output
