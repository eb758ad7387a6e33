"""`bridge remap`: a corrected mapping, applied to the records that were kept."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from bridge.domain.status import Phase
from bridge.usecases.remap_report import RemapReport
from bridge.usecases.remap_source import RemapSource
from bridge.wiring import Services
from run.environment import read_services

_MOST_COUNTED = 500


@click.command()
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking.")
def remap(source: str, dry_run: bool, yes: bool) -> None:
    """Apply the corrected mapping of SOURCE to the raw records kept, and push only what changes."""
    services = read_services()
    found = _with_bar(services.remap, source, services.remap.look)
    waiting = _parked(services, source)
    click.echo(_story(services, source, found, waiting))
    if dry_run or not (found.changed or found.noted or waiting):
        sys.exit(_status(found))
    if not yes:
        click.confirm("write it?", abort=True)
    done = _with_bar(services.remap, source, services.remap)
    click.echo(
        f"written: {done.changed} cases changed, {done.noted} noted under {_edition(services, source)}, "
        f"{done.replayed} parked records read"
    )
    sys.exit(_status(done))


def _with_bar(
    remap: RemapSource, source: str, walk: Callable[[str, Callable[[int], None]], RemapReport]
) -> RemapReport:
    """Walk with a bar for a person on a terminal, nothing for a log."""
    hidden = not sys.stderr.isatty()
    length = 0 if hidden else remap.count(source)
    label = f"  {source:<14}"
    with click.progressbar(
        length=length, label=label, file=sys.stderr, width=30, show_pos=True, hidden=hidden
    ) as bar:
        return walk(source, bar.update)


def _parked(services: Services, source: str) -> int:
    with services.store.read() as tx:
        return len(tx.intake.parked(source, limit=_MOST_COUNTED))


def _edition(services: Services, source: str) -> str:
    return services.mappings[source].mapping_version


def _story(services: Services, source: str, found: RemapReport, parked: int) -> str:
    mapping = services.mappings[source]
    days = services.drop_raw.keep.days_of(mapping)
    lines = [
        f"{mapping.mapping_version}: {found.looked_at} cases with a raw record (kept {days} days)",
        f"  {'phase':<24}{'before':>9}{'after':>9}",
        *(
            f"  {phase.value:<24}{found.before[phase]:>9}{found.after[phase]:>9}"
            for phase in Phase
            if found.before[phase] or found.after[phase]
        ),
        f"{found.changed} cases would change and be pushed; {found.noted} only note the edition",
    ]
    return "\n".join([*lines, *_told(found, parked)])


def _told(found: RemapReport, parked: int) -> list[str]:
    counts = {
        "cases have no raw record any more: the next reading of the source brings them": found.without_record,
        "cases are no longer reported and stay as they are": found.gone,
        "records are not the ones their cases came from and are left out": found.outdated,
        "records have another number by this mapping and stay as they are": found.renumbered,
        "records cannot be read by this mapping and stay as they are": found.unreadable,
        "cases change under the same version: raise `version`, or unread cases keep the old meaning": (
            found.same_edition
        ),
        f"parked records{' or more' if parked == _MOST_COUNTED else ''} will be tried again": parked,
    }
    lines = [f"{count} {what}" for what, count in counts.items() if count]
    return lines + [f"  {error}" for error in found.errors]


def _status(report: RemapReport) -> int:
    return 1 if report.unreadable or report.renumbered else 0
