"""`bridge up` and `bridge demo`: everything on one machine, in one go."""

from __future__ import annotations

import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from bridge.errors import ConfigurationError
from run.commands.sync import summary_table, synchronise_now
from run.demo.check import DAYS, check_demo
from run.demo.contacts import seed_contacts
from run.demo.people import AGENTS, IN_DOUBT, PEOPLE
from run.demo.town import move_town
from run.environment import read_settings
from run.town_hall import TownHall, open_town_hall

LAST_DAY = date(2015, 12, 11)
DAYS_OF_NEWS = tuple(date(2015, 12, day) for day in (3, 5, 9, LAST_DAY.day))
"""Days on which the three citizens' requests move, so that there is a history to read."""


@click.command()
@click.option("--sandbox", is_flag=True, help="With stand-ins for every outside service; nothing is kept.")
@click.option("--port", default=8000, show_default=True, help="Port of the pages and the API.")
def up(sandbox: bool, port: int) -> None:
    """Run web, workers and sweeper together, on embedded servers where none are given."""
    end_like_ctrl_c()
    if sandbox:
        run_demo(port)
        return
    folder = Path(read_settings().data_dir)
    with open_town_hall(sandbox=False, port=port, folder=folder) as hall:
        hall.start_processes()
        click.echo(f"pages  {hall.url}/\nAPI    {hall.url}/api/docs\nlogs   {folder / 'log'}")
        _until_stopped(hall)


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port of the pages and the API.")
@click.option("--check", is_flag=True, help="Without a person: replay days, sign in, compare everything.")
@click.option("--days", default=DAYS, show_default=True, help="How many days --check replays.")
def demo(port: int, check: bool, days: int) -> None:
    """Run the whole product on stand-ins, with a first synchronisation and three citizens to try."""
    end_like_ctrl_c()
    if not check:
        run_demo(port)
        return
    folder = Path(tempfile.mkdtemp(prefix="bridge-check-"))
    try:
        report = check_demo(folder, days)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(json.dumps(report))
    sys.exit(1 if report["mismatches"] else 0)


def run_demo(port: int) -> None:
    """Start everything, read the four systems, then wait for Ctrl-C and leave nothing behind."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bridge-demo-"))
    try:
        click.echo(
            "Starting the stand-ins: FranceConnect, ProConnect, a Salesforce org, four municipal systems, "
            "mail and SMS …"
        )
        with open_town_hall(sandbox=True, port=port, folder=folder) as hall:
            assert hall.stand_ins is not None
            seed_contacts(hall.stand_ins.salesforce)
            invite_agents(hall)
            click.echo("First synchronisation:")
            report = synchronise_now(hall.services, tuple(hall.services.mappings))
            click.echo(summary_table(report))
            click.echo(f"Ten days pass in the town, up to {LAST_DAY:%d/%m/%Y}:")
            live_days(hall, DAYS_OF_NEWS)
            hall.start_processes()
            click.echo(_addresses(hall, time.monotonic() - began))
            _until_stopped(hall)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def invite_agents(hall: TownHall) -> None:
    """Put the trial's three agents on the list of the console."""
    for agent in AGENTS:
        hall.services.agents.add(agent.email, agent.role, (), "operator")


def live_days(hall: TownHall, days: Sequence[date]) -> None:
    """Move the stand-in town to each day in turn, and read it each time."""
    with click.progressbar(days, label="  days", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        for day in bar:
            move_town(hall, day)
            for source in hall.services.mappings:
                hall.services.synchronise(source)
            hall.services.push_cases()


def _addresses(hall: TownHall, took_s: float) -> str:
    assert hall.stand_ins is not None
    lines = [
        f"\nReady in {took_s:.0f} s.",
        f"  citizen page      {hall.url}/",
        *([f"  portal of the org {hall.portal.url}"] if hall.portal else []),
        f"  agents' console   {hall.url}/agents/",
        f"  API               {hall.url}/api/docs",
        f"  Salesforce org    {hall.stand_ins.salesforce['url']}/",
        f"  FranceConnect     {hall.stand_ins.franceconnect['issuer']}/.well-known/openid-configuration",
        f"  municipal systems {hall.stand_ins.town['url']}/",
        f"  OpenID provider   {hall.url}/.well-known/openid-configuration",
        f"  e-mails and SMS   {hall.stand_ins.messages['url']}/",
        "\nThree citizens to try (login, password 123):",
        *(f"  {person.login:<20} {person.story}" for person in PEOPLE),
        f"and one in doubt:\n  {IN_DOUBT.login:<20} {IN_DOUBT.story}",
        "\nThree agents to try, by ProConnect (choose the e-mail, no password):",
        *(f"  {agent.email:<26} {agent.role}: {agent.story}" for agent in AGENTS),
        "\nCtrl-C stops everything.",
    ]
    return "\n".join(lines)


def end_like_ctrl_c() -> None:
    """Have SIGTERM and a closed terminal end the run as Ctrl-C does: in order, nothing left behind.

    SIGINT too, which a shell that starts us in the background has us ignore.
    """
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)


def _until_stopped(hall: TownHall) -> None:
    """Wait for Ctrl-C. Raises: ConfigurationError when a process ends by itself."""
    try:
        while not (ended := hall.children.ended()):
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\nStopping …")
        return
    raise ConfigurationError(f"{ended.name} ended by itself:\n{ended.last_words()}")
