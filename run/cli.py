"""The `bridge` command."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import click

from bridge.errors import BridgeError
from run.log_stream import log_as_json

COMMANDS: Mapping[str, str] = {
    "up": "together",
    "demo": "together",
    "web": "processes",
    "worker": "processes",
    "sweeper": "processes",
    "sync": "sync",
    "sources": "sources",
    "mappings": "mappings",
    "remap": "remap",
    "doctor": "doctor",
    "budget": "budget",
    "agents": "agents",
    "cases": "cases",
    "contacts": "contacts",
    "parked": "parked",
    "reconcile": "reconcile",
    "explain-link": "explain_link",
    "franceconnect": "franceconnect",
    "clients": "clients",
    "keys": "keys",
    "receipts": "receipts",
    "sandbox": "sandbox",
}
"""Each verb with the module of `run.commands` that has it."""


class Verbs(click.Group):
    """Imports a verb when it is asked for: a stand-in loads none of the product, a worker no doctor."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Give the verbs, in the order of their names."""
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Give a verb; None when there is none of that name."""
        if name not in COMMANDS:
            return None
        module = import_module(f"run.commands.{COMMANDS[name]}")
        verb: click.Command = getattr(module, name.replace("-", "_"))
        return verb


@click.group(cls=Verbs)
def bridge() -> None:
    """Links FranceConnect identities to Salesforce, and keeps the status of municipal requests true."""


def main() -> None:
    """Run the command; an expected failure is one sentence and exit status 2, without a traceback."""
    log_as_json()
    try:
        bridge(standalone_mode=True)
    except BridgeError as error:
        click.echo(f"bridge: {error.explanation}", err=True)
        sys.exit(2)
