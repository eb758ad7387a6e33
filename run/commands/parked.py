"""`bridge parked`: what stopped, why, what to do, and try again."""

from __future__ import annotations

import click

from bridge.domain.agent import Agent, Role
from bridge.domain.causes import cause as words_of
from bridge.errors import UnknownCaseError
from bridge.http.console.ages import age_in_words
from bridge.usecases.ports import StoppedCause, StoppedItem
from bridge.usecases.replay_stopped import Wave
from bridge.wiring import Services
from run.environment import read_services

OPERATOR = Agent("operator", Role.ADMINISTRATOR, frozenset())
SHOWN = 20


@click.group()
def parked() -> None:
    """Look at what waits for a person."""


@parked.command("list")
@click.option("--source", help="Of this source alone; `salesforce` for what the org said.")
@click.option("--cause", "code", help="Of this cause alone.")
@click.option("--most", default=SHOWN, show_default=True, help="Things named below each cause.")
def list_parked(source: str | None, code: str | None, most: int) -> None:
    """List what stopped by cause, with count, age and the next step."""
    services = read_services()
    causes = _causes(services, source, code)
    for cause in causes:
        click.echo(_head(services, cause))
        for item in services.replay_stopped.items(cause, 0, most):
            click.echo(f"    {item.id}  {item.label}  {item.explanation}")
        if cause.count > most:
            click.echo(f"    … and {cause.count - most} more")
    if not causes:
        click.echo("nothing is parked")


@parked.command()
@click.argument("item_id")
def show(item_id: str) -> None:
    """Show one thing that stopped: what failed, why, what to do."""
    services = read_services()
    found = services.replay_stopped.found(OPERATOR, item_id)
    if not found:
        raise UnknownCaseError("nothing stops under this id", code="stopped.unknown")
    for item in found:
        click.echo(_story(services, item))


@parked.command()
@click.argument("item_ids", nargs=-1)
@click.option("--cause", "code", help="All of this cause.")
@click.option("--source", help="All of this source.")
@click.option("--mapping-fixed", metavar="SOURCE", help="All of SOURCE that its corrected mapping may mend.")
def replay(
    item_ids: tuple[str, ...], code: str | None, source: str | None, mapping_fixed: str | None
) -> None:
    """Try again: these, all of a cause or a source, or everything; records by today's mappings."""
    services = read_services()
    again = services.replay_stopped
    done = Wave(0, 0, 0)
    if mapping_fixed:
        done += again.mapping_fixed(OPERATOR, mapping_fixed)
    elif item_ids:
        for item_id in item_ids:
            for item in again.found(OPERATOR, item_id):
                done += again.one(OPERATOR, item.kind, item.id)
    else:
        for cause in _causes(services, source, code):
            done += again.all_of(OPERATOR, cause, cause.count)
    click.echo(f"tried again {done.tried}, still stopped {done.still_stopped}")


def _causes(services: Services, source: str | None, code: str | None) -> list[StoppedCause]:
    found = services.replay_stopped.causes(OPERATOR)
    return [one for one in found if source in {None, one.source} and code in {None, one.cause_code}]


def _head(services: Services, cause: StoppedCause) -> str:
    words, age = words_of(cause.cause_code), age_in_words(cause.oldest, services.clock.now())
    first = f"{cause.count} × {cause.cause_code or '-'}  {cause.kind} of {cause.source}, the oldest {age}"
    return f"{first}\n  {words.what}\n  → {words.next_step}"


def _story(services: Services, item: StoppedItem) -> str:
    words = words_of(item.cause_code)
    since = age_in_words(item.stopped_at, services.clock.now())
    lines = [
        f"{item.kind} {item.id} of {item.source}, stopped for {since}",
        f"  what    {item.label}",
        f"  code    {item.cause_code or '-'}  {item.explanation}",
        f"  why     {words.what}",
        f"  to do   {words.next_step}",
    ]
    return "\n".join(lines)
