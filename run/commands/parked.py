"""`bridge parked`: what stopped, why, what to do, and try again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import click

from bridge.domain.causes import cause
from bridge.domain.synchronisation import ParkedRecord
from bridge.wiring import Services
from run.environment import read_services


@click.group()
def parked() -> None:
    """Look at what waits for a person."""


@parked.command("list")
def list_parked() -> None:
    """List parked records, deliveries and pushes by cause, with the next step."""
    services = read_services()
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for record in _records(services):
        lines[record.cause_code].append(f"{record.id}  {record.source}  {record.explanation}")
    with services.store.read() as tx:
        for push in tx.pushes.parked():
            lines[push.cause_code].append(f"{push.case_id}  {push.external_id}  {push.cause_text}")
        for pushed in tx.inbox.parked():
            lines[pushed.cause_code].append(
                f"{pushed.id}  {pushed.source}  {pushed.parked_at:%Y-%m-%d %H:%M}"
            )
    for code, stopped in sorted(lines.items(), key=lambda item: -len(item[1])):
        words = cause(code)
        click.echo(f"{len(stopped)} × {code}\n  {words.what}\n  → {words.next_step}")
        click.echo("\n".join(f"    {line}" for line in stopped))
    if not lines:
        click.echo("nothing is parked")


@parked.command()
def replay() -> None:
    """Try everything parked again: records by today's mappings, pushes by the next worker."""
    services = read_services()
    done = [services.replay_parked(source) for source in services.mappings]
    looked_at = sum(one.looked_at for one in done)
    still = sum(one.still_parked for one in done)
    with services.store.begin() as tx:
        pushes = tx.pushes.replay(None, services.clock.now())
        deliveries = tx.inbox.replay(None, services.clock.now())
    services.bell.ring("push")
    services.bell.ring("inbox")
    read = f"records read {looked_at - still} of {looked_at}"
    click.echo(f"{read}, pushes made due {pushes}, deliveries made due {deliveries}")


def _records(services: Services) -> Iterator[ParkedRecord]:
    after: ParkedRecord | None = None
    while True:
        with services.store.read() as tx:
            page = tx.intake.parked(after=after)
        yield from page
        if not page:
            return
        after = page[-1]
