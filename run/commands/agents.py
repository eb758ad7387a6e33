"""`bridge agents`: who may enter the console."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from bridge.domain.agent import ListedAgent, Role
from run.environment import read_services

OPERATOR = "operator"
_ROLES = click.Choice([role.value for role in Role])
_sectors = click.option(
    "--sector", "sectors", multiple=True, help="A source the agent may see; may be repeated. None: all."
)


@click.group()
def agents() -> None:
    """Keep the list of agents who may enter the console."""


@agents.command()
@click.argument("email")
@click.option("--role", type=_ROLES, required=True, help="What the agent may do.")
@_sectors
def add(email: str, role: str, sectors: tuple[str, ...]) -> None:
    """Invite EMAIL, the address ProConnect knows the agent by."""
    agent = read_services().agents.add(email, Role(role), sectors, OPERATOR)
    click.echo(f"{agent.id} may enter as {agent.role}; their first sign-in binds {email} to them")


@agents.command("list")
def list_agents() -> None:
    """List the agents: e-mail, role, sectors, when they were last seen."""
    lines = read_services().agents.listed()
    for line in lines:
        click.echo("  ".join(_columns(line)))
    if not lines:
        click.echo("nobody may enter; invite somebody with: bridge agents add EMAIL --role administrator")


@agents.command()
@click.argument("email")
@click.option("--role", type=_ROLES, help="Another role.")
@_sectors
@click.option("--all-sectors", is_flag=True, help="Every sector from now on.")
def change(email: str, role: str | None, sectors: tuple[str, ...], all_sectors: bool) -> None:
    """Give EMAIL another role or other sectors; it holds from their next click on."""
    if (all_sectors and sectors) or not (role or all_sectors or sectors):
        raise click.UsageError("say what changes: --role, --sector (repeated) or --all-sectors")
    wanted = sectors if sectors or all_sectors else None
    agent = read_services().agents.change(email, Role(role) if role else None, wanted, OPERATOR)
    click.echo(f"{agent.id} is {agent.role} for {', '.join(sorted(agent.sectors)) or 'every sector'}")


@agents.command()
@click.argument("email")
def remove(email: str) -> None:
    """Take EMAIL off the list: every session they have ends now."""
    read_services().agents.remove(email, OPERATOR)
    click.echo(f"{email} may no longer enter")


def _columns(line: ListedAgent) -> Iterator[str]:
    yield line.login
    yield line.agent.role
    yield ", ".join(sorted(line.agent.sectors)) or "every sector"
    yield f"seen {_minute(line.last_seen_at)}" if line.last_seen_at else "never signed in"


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
