"""`bridge parked`: what stopped, why, what to do, and try again."""

from __future__ import annotations

from collections import Counter

import click

from bridge.domain.causes import cause
from run.environment import read_services


@click.group()
def parked() -> None:
    """Look at what waits for a person."""


@parked.command("list")
def list_parked() -> None:
    """List parked records and pushes by cause, with the next step."""
    services = read_services()
    with services.store.begin() as tx:
        records = tx.intake.parked()
        pushes = tx.pushes.parked()
    counts = Counter([r.cause_code for r in records] + [p.cause_code for p in pushes])
    for code, count in counts.most_common():
        words = cause(code)
        click.echo(f"{count} × {code}\n  {words.what}\n  → {words.next_step}")
        for record in (r for r in records if r.cause_code == code):
            click.echo(f"    {record.id}  {record.source}  {record.explanation}")
        for push in (p for p in pushes if p.cause_code == code):
            click.echo(f"    {push.case_id}  {push.external_id}  {push.cause_text}")
    if not counts:
        click.echo("nothing is parked")


@parked.command()
def replay() -> None:
    """Try everything parked again: records by today's mappings, pushes by the next worker."""
    services = read_services()
    still = total = 0
    for source, mapping in services.mappings.items():
        with services.store.begin() as tx:
            records = tx.intake.parked(source)
        total += len(records)
        still += services.absorb.replay(mapping, records) if records else 0
    with services.store.begin() as tx:
        pushes = tx.pushes.replay(None, services.clock.now())
    services.bell.ring("push")
    click.echo(f"records read {total - still} of {total}, pushes made due {pushes}")
