"""`bridge keys`: what the bridge's OpenID provider signs with."""

from __future__ import annotations

import click

from run.environment import read_services


@click.group()
def keys() -> None:
    """Look after the keys that sign the provider's tokens."""


@keys.command("list")
def list_keys() -> None:
    """List the keys that verify; the first one signs."""
    services = read_services()
    with services.store.read() as tx:
        published = tx.portal_keys.published(services.clock.now())
    for key in published:
        state = f"retired {key.retired_at:%Y-%m-%d %H:%M} UTC" if key.retired_at else "signs"
        click.echo(f"{key.kid}  made {key.created_at:%Y-%m-%d}  {state}")
    if not published:
        click.echo("no key yet: the first token makes one")


@keys.command()
@click.option("--withdraw-old", is_flag=True, help="The old key is known to others: what it signed is void.")
def rotate(withdraw_old: bool) -> None:
    """Sign with a new key from now on; the one before verifies for 24 hours more."""
    kid = read_services().provider.signer.rotate(withdraw_old=withdraw_old)
    click.echo(f"{kid} signs from now on")
