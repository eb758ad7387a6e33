"""`bridge receipts`: a number and a secret for a request of a system that prints none."""

from __future__ import annotations

import click

from run.environment import read_services


@click.group()
def receipts() -> None:
    """Hand over what lets a citizen claim a request."""


@receipts.command()
@click.argument("reference")
def issue(reference: str) -> None:
    """Make the receipt of the request bearing REFERENCE; the secret is shown this once."""
    issued = read_services().possession.issue_receipt(reference, "operator")
    click.echo(f"number  {issued.number}\nsecret  {issued.secret}")
    click.echo("Hand both over now: the secret is kept nowhere, and an earlier one opens nothing any more.")
