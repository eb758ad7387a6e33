"""`bridge reconcile`: proves that the org has what we hold, heals it, and knows its own reports again."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from bridge.domain.reconciliation import Finding
from bridge.errors import RequestError
from bridge.usecases.reconcile import Reconciled, Wanted
from bridge.wiring import Services
from run.environment import read_services

NAMED = 10
_EVERY_S = 2.0
_WORDS = {
    Finding.MISSING: "in our store and not in the org",
    Finding.DIFFERENT: "older in the org, or with another status",
    Finding.AHEAD: "newer in the org: was the database restored? --after-restore",
    Finding.EXTRA: "in the org and not in our store: look at each, nothing is deleted",
    Finding.UNKEYED: "in the org without their key: stopped, see bridge parked list",
    Finding.DUPLICATED: "twice in the org under one key: merge them there",
    Finding.WAITING: "on their way: compare again",
}


@click.group(invoke_without_command=True)
@click.option("--source", help="Compare this source alone.")
@click.option("--heal", is_flag=True, help="Send again what is missing or different.")
@click.option("--after-restore", is_flag=True, help="Read all sources anew, then heal what is ahead too.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the signed report here.")
@click.pass_context
def reconcile(
    context: click.Context, source: str | None, heal: bool, after_restore: bool, out: Path | None
) -> None:
    """Compare every request with the org; status 0 only when both sides agree."""
    if context.invoked_subcommand:
        return
    services = read_services()
    if source and source not in services.mappings:
        raise RequestError(f"no source is named {source}", code="source.unknown")
    reread = _read_anew(services, source) if after_restore else frozenset()
    done = services.reconcile(Wanted(source, heal or after_restore, reread), _Progress())
    if out:
        out.write_text(done.report, encoding="utf-8")
    _tell(services, done)
    sys.exit(0 if done.tally.agrees else 1)


@reconcile.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Check that FILE is a report of ours and was not altered; status 2 otherwise."""
    report = read_services().report_seal.verified(file.read_text(encoding="utf-8"))
    agreed = "both sides agree" if report["agrees"] else "the sides differ"
    click.echo(f"genuine: {report['id']} of {report['ended_at']}, {report['compared']}: {agreed}")


class _Progress:
    """Says on standard error how far a comparison is, every two seconds at most."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, side: str, rows: int) -> None:
        if time.monotonic() - self._said > _EVERY_S:
            self._said = time.monotonic()
            click.echo(f"{side}: {rows} read", err=True)


def _read_anew(services: Services, source: str | None) -> frozenset[str]:
    """Read the sources from where the restored database left off; give those read to the end."""
    read = set()
    for name in [source] if source else services.mappings:
        summary = services.synchronise(name)
        if summary.error_code:
            click.echo(f"{name}: not read, left as it is [{summary.error_code}]", err=True)
        else:
            read.add(name)
            click.echo(f"{name}: read {summary.read}, changed {summary.changed}", err=True)
    return frozenset(read)


def _tell(services: Services, done: Reconciled) -> None:
    report = services.report_seal.verified(done.report)
    for name, sides in report["sources"].items():
        ours, org = sides["store"], sides["org"]
        same = "=" if ours == org else "≠"
        click.echo(f"{name}: store {ours['cases']} {same} org {org['cases']}  {org['checksum'][:16]}")
    for finding, count in done.tally.counts.items():
        if count:
            click.echo(f"{finding.value} {count}: {_WORDS[finding]}")
            for each in done.listed.get(finding, ())[:NAMED]:
                click.echo(f"    {each.source}  {each.case_id or '-'}  {each.salesforce_id or '-'}")
    agreed = "both sides agree" if done.tally.agrees else "the sides differ"
    more = f", sent again {done.tally.healed}, parked {done.tally.parked}"
    click.echo(f"{agreed}{more}; {report['api_calls']} calls to the org; report {report['id']}")
