"""`bridge sync`: read the sources now, then send what changed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bridge.domain.synchronisation import SyncSummary
from bridge.usecases.push_cases import PushSummary
from bridge.wiring import Services
from run.environment import read_services

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


# A person waits for the org's jobs longer than a worker, which others can relieve.
_PATIENCE_S = 900.0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a whole synchronisation did; `api_calls` are calls to Salesforce."""

    sources: tuple[SyncSummary, ...]
    push: PushSummary
    api_calls: int


@click.command()
@click.argument("source", required=False)
@click.option(
    "--accept-volume",
    type=click.IntRange(min=0),
    metavar="N",
    help="Believe a full picture of SOURCE that names at least N cases, however many are missing in it.",
)
def sync(source: str | None, accept_volume: int | None) -> None:
    """Read SOURCE, or every source, and send what changed to Salesforce."""
    if accept_volume is not None and not source:
        raise click.UsageError("--accept-volume is said of one SOURCE")
    services = read_services()
    report = synchronise_now(services, (source,) if source else tuple(services.mappings), accept_volume)
    click.echo(summary_table(report))
    if report.push.error_code or any(one.error_code for one in report.sources):
        sys.exit(1)


def synchronise_now(
    services: Services, sources: Sequence[str], accepted_volume: int | None = None
) -> SyncReport:
    """Read these sources and push, with a progress bar when a person watches."""
    calls_before = services.salesforce.calls_made
    summaries = tuple(_read(services, source, accepted_volume) for source in sources)
    push = _push(services)
    return SyncReport(summaries, push, services.salesforce.calls_made - calls_before)


def _read(services: Services, source: str, accepted_volume: int | None) -> SyncSummary:
    with _bar(0, source) as bar:

        def progress(read: int, total: int | None) -> None:
            bar.length = max(bar.length or 0, total or 0, bar.pos + read)
            bar.update(read)

        return services.synchronise(source, progress, accepted_volume=accepted_volume)


def _push(services: Services) -> PushSummary:
    with services.store.begin() as tx:
        due = tx.pushes.due_count(services.clock.now())
    with _bar(due, "→ Salesforce") as bar:
        return services.push_cases(bar.update, patience_s=_PATIENCE_S)


def _bar(length: int, label: str) -> ProgressBar[int]:
    """A bar for a person on a terminal, nothing for a log."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(
        length=length, label=f"  {label:<14}", file=sys.stderr, width=30, show_pos=True, hidden=hidden
    )


def summary_table(report: SyncReport) -> str:
    """Give the counts, one line a source."""
    head = f"{'source':<14}{'read':>9}{'changed':>9}{'unchanged':>11}{'parked':>8}{'silent':>8}"
    lines = [
        f"{one.source:<14}{one.read:>9}{one.changed:>9}{one.unchanged:>11}{one.parked:>8}"
        f"{one.no_longer_reported:>8}" + (f"  {one.error_code}" if one.error_code else "")
        for one in report.sources
    ]
    lines += [_doubt(one) for one in report.sources if one.error_code == "source.volume"]
    push = report.push
    lines.append(
        f"pushed {push.applied}, to try again {push.retried}, parked {push.parked}, "
        f"Salesforce API calls {report.api_calls}" + (f"  {push.error_code}" if push.error_code else "")
    )
    return "\n".join([head, *lines])


def _doubt(one: SyncSummary) -> str:
    """Say which numbers were compared, and what a person who knows better can do."""
    return (
        f"{one.source} : la dernière image nomme {one.reported} demandes sur {one.expected} connues ; "
        f"aucune absence n’a été notée. Si la baisse est vraie : "
        f"bridge sync {one.source} --accept-volume {one.reported}\n"
        f"{one.source}: the last picture names {one.reported} cases of {one.expected} known; "
        "no absence was noted. If the drop is true: the same command."
    )
