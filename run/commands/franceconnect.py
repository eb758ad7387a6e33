"""`bridge franceconnect …`: our side of the registration."""

from __future__ import annotations

import click

from run.environment import read_services


@click.group()
def franceconnect() -> None:
    """Keys we publish for FranceConnect+."""


@franceconnect.group()
def keys() -> None:
    """The keys FranceConnect+ encrypts with for us."""


@keys.command("list")
def list_keys() -> None:
    """Show each generation that still opens: since when, and until when if it was renewed."""
    generations = read_services().own_keys.generations()
    if not generations:
        click.echo("none yet: the first is made when FranceConnect+ asks for it, or by: rotate")
    for each in generations:
        state = f"renewed {each.retired_at:%Y-%m-%d %H:%M} UTC" if each.retired_at else "published"
        click.echo(f"{each.id}  since {each.created_at:%Y-%m-%d %H:%M} UTC  {state}")


@keys.command()
def rotate() -> None:
    """Publish new keys from now on; the old ones open what comes for a day more."""
    made = read_services().own_keys.rotate()
    click.echo(f"published: {', '.join(key['kid'] for key in made.public_keys)}")
