"""`bridge cases`: what an agent on the phone needs to know of one request."""

from __future__ import annotations

import sys

import click

from bridge.domain.case import Case, CaseEvent
from bridge.domain.org_case import CaseConflict
from bridge.errors import UnknownCaseError
from bridge.usecases.ports import AuditEntry
from run.environment import read_services


@click.group()
def cases() -> None:
    """Look at the requests we hold."""


@cases.command()
@click.argument("reference")
def show(reference: str) -> None:
    """Show the request bearing REFERENCE: the number of the letter, our id, or source:id."""
    services = read_services()
    now = services.clock.now()
    with services.store.begin() as tx:
        found = tx.cases.by_reference(reference)
        if not found:
            raise UnknownCaseError("no request bears this number")
        histories = [(case, tx.cases.events(case.id), tx.conflicts.of_case(case.id)) for case in found]
        for case in found:
            tx.audit.add(AuditEntry("operator", "case.shown", case.id), now)
    for case, events, conflicts in histories:
        click.echo(_story(case, events, conflicts))


@cases.command()
def retell() -> None:
    """Send the timelines the org lacks, once its package has a place for them."""
    services = read_services()
    with services.store.begin() as tx:
        waiting = tx.pushes.reopen_untold(services.clock.now())
    services.bell.ring("push")
    click.echo(f"{waiting} cases are due again; their timelines follow")


@cases.command()
def follow() -> None:
    """Look now at what agents changed in the org's Cases, without waiting for the sweeper."""
    services = read_services()
    before = services.salesforce.calls_made
    done = services.follow_cases(at_once=True)
    calls = services.salesforce.calls_made - before
    click.echo(
        f"cases looked at {done.looked_at}: sent again {done.rewritten}, left {done.left},"
        f" stopped {done.held}, going on {done.released}; {calls} calls to the org"
    )
    if done.error_code:
        click.echo(f"not finished, tried again in five minutes [{done.error_code}]", err=True)
        sys.exit(1)


def _story(case: Case, events: tuple[CaseEvent, ...], conflicts: tuple[CaseConflict, ...]) -> str:
    content, status = case.content, case.content.status
    lines = [
        f"{content.key.external_id}  ({case.id}, version {case.version})",
        f"  {content.title} [{content.procedure}]",
        f"  {': '.join(filter(None, (status.phase, status.outcome)))}, waiting for {status.waiting_for}",
        f"  {status.legacy_code} « {status.legacy_label} » by {status.mapping_version}",
        f"  citizen: {'linked to ' + case.contact_id if case.contact_id else 'not linked'}",
    ]
    lines += [f"  {e.occurred.at:%Y-%m-%d} {e.status.phase} « {e.status.legacy_label} »" for e in events]
    lines += [
        f"  {each.changed_at:%Y-%m-%d} changed in the org by {each.changed_by}: {', '.join(each.fields)}"
        f" ({each.outcome})"
        for each in conflicts
    ]
    return "\n".join(lines)
