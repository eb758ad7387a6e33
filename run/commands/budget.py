"""`bridge budget`: how much of the org's daily allowance of calls is used, by what, and who pauses for it."""

from __future__ import annotations

from datetime import datetime

import click

from bridge.domain.call_budget import CEILINGS, CallFigures
from bridge.domain.synchronisation import CallLane
from run.environment import read_services


@click.command()
def budget() -> None:
    """Show the calls used and left, each lane's share, what waits and until when; asks the org nothing."""
    services = read_services()
    figures = services.budget.figures()
    click.echo(told(figures))
    for lane in CallLane:
        state = "open" if lane in figures.open_lanes else "paused"
        spent = figures.spent.get(lane, 0)
        share = f"up to {CEILINGS[lane]:.0%}, {spent} calls of ours today"
        click.echo(f"  {lane.name.lower():<10} {state:<7} {share}")
    now = services.clock.now()
    with services.store.read() as tx:
        jobs = tx.bulk.unfinished()
        waiting = tx.pushes.open_count()
        ends_at = tx.pushes.pace(now).ends_at(waiting, now)
    click.echo(arriving(waiting, ends_at))
    for job in jobs:
        minutes = job.age(now).total_seconds() / 60
        click.echo(f"  job {job.job_id or job.id}: {job.rows} {job.kind}, {job.state} for {minutes:.0f} min")


def arriving(waiting: int, ends_at: datetime | None) -> str:
    """Give in a line how many cases wait for the org, and about when they will be there."""
    if not waiting:
        return "no case waits for Salesforce"
    end = (
        f"all there about {ends_at:%Y-%m-%d %H:%M} UTC"
        if ends_at
        else "until when is unknown, for none went lately"
    )
    return f"{waiting} cases wait for Salesforce; {end}"


def told(figures: CallFigures) -> str:
    """Give in a line what the org said of its allowance."""
    usage = figures.usage
    if usage is None:
        return "the org has not said yet how many calls are used"
    seen = f"{usage.seen_at:%Y-%m-%d %H:%M} UTC"
    return f"{usage.used} of {usage.allowed} calls used in 24 hours ({usage.share:.0%}), as of {seen}"
