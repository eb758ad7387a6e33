"""The `bridge` command."""

from __future__ import annotations

import sys

import click

from bridge.errors import BridgeError
from run.commands.agents import agents
from run.commands.budget import budget
from run.commands.cases import cases
from run.commands.clients import clients
from run.commands.contacts import contacts
from run.commands.doctor import doctor
from run.commands.explain_link import explain_link
from run.commands.franceconnect import franceconnect
from run.commands.keys import keys
from run.commands.mappings import mappings
from run.commands.parked import parked
from run.commands.processes import sweeper, web, worker
from run.commands.receipts import receipts
from run.commands.reconcile import reconcile
from run.commands.remap import remap
from run.commands.sandbox import sandbox
from run.commands.sources import sources
from run.commands.sync import sync
from run.commands.together import demo, up
from run.environment import log_as_json


@click.group()
def bridge() -> None:
    """Links FranceConnect identities to Salesforce, and keeps the status of municipal requests true."""


COMMANDS = (
    up,
    demo,
    web,
    worker,
    sweeper,
    sync,
    sources,
    mappings,
    remap,
    doctor,
    budget,
    agents,
    cases,
    contacts,
    parked,
    reconcile,
    explain_link,
    franceconnect,
    clients,
    keys,
    receipts,
    sandbox,
)
for command in COMMANDS:
    bridge.add_command(command)


def main() -> None:
    """Run the command; an expected failure is one sentence and exit status 2, without a traceback."""
    log_as_json()
    try:
        bridge(standalone_mode=True)
    except BridgeError as error:
        click.echo(f"bridge: {error.explanation}", err=True)
        sys.exit(2)
