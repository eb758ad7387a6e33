"""`bridge contacts`: what became of the org's Contacts."""

from __future__ import annotations

import sys

import click

from run.environment import read_services


@click.group()
def contacts() -> None:
    """Look at the Contacts of the org that citizens are linked to."""


@contacts.command()
def follow() -> None:
    """Follow merges, deletions and restorations now, without waiting for the sweeper."""
    services = read_services()
    before = services.salesforce.calls_made
    done = services.follow_contacts(at_once=True)
    calls = services.salesforce.calls_made - before
    click.echo(
        f"links looked at {done.looked_at}: moved {done.moved}, contact gone {done.gone}, back {done.back},"
        f" for an agent {done.doubtful}; {calls} calls to the org"
    )
    if done.error_code:
        click.echo(f"not finished, tried again in five minutes [{done.error_code}]", err=True)
        sys.exit(1)
