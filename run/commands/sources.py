"""`bridge sources`: which systems are read, and does one answer as its mapping expects?"""

from __future__ import annotations

import sys

import click

from bridge.domain.synchronisation import SourceHealth
from bridge.errors import BridgeError, ConfigurationError
from bridge.wiring import Services
from mappings.model import SourceMapping
from mappings.trial import try_record
from run.environment import read_services
from run.live_records import live_records
from run.side_by_side import only_on_a_terminal, story, terminal_width


@click.group()
def sources() -> None:
    """Look at the town's systems."""


@sources.command("list")
def list_sources() -> None:
    """List the sources with their transport, their last answer, and what is kept of them."""
    services = read_services()
    with services.store.read() as tx:
        health = tx.intake.health()
        kept = {name: tx.raw_records.count(name) for name in services.mappings}
    click.echo(
        f"{'source':<16}{'transport':<12}{'mapping':<20}{'last answer (UTC)':<20}{'raw kept':>9}  state"
    )
    for name, mapping in sorted(services.mappings.items()):
        click.echo(
            f"{name:<16}{mapping.transport['kind']!s:<12}{mapping.mapping_version:<20}"
            f"{_moment(health.get(name)):<20}{kept[name]:>9}  {_state(health.get(name))}"
        )


@sources.command()
@click.argument("name")
@click.option("--show", is_flag=True, help="Show what may name a person; on a terminal only.")
def test(name: str, show: bool) -> None:
    """Read one record of NAME over its transport and show it mapped; no cursor moves, nothing is written."""
    only_on_a_terminal(show)
    services = read_services()
    if name not in services.mappings:
        raise ConfigurationError(f"unknown source {name!r}; known: {', '.join(sorted(services.mappings))}")
    mapping = services.mappings[name]
    click.echo(f"{mapping.mapping_version} by {mapping.transport['kind']}: {_health(services, name)}")
    try:
        found = live_records(mapping, 1)
    except BridgeError as error:
        click.echo(f"does not answer as expected: {error.explanation} [{error.code}]")
        sys.exit(1)
    click.echo(f"answered in {found.took_s:.2f} s")
    if not found.records:
        click.echo(_nothing(mapping))
        return
    [record] = found.records
    trial = try_record(mapping, record.values, record.position, services.clock.now().date())
    click.echo(story(trial, terminal_width(), show=show))
    sys.exit(1 if trial.error else 0)


def _nothing(mapping: SourceMapping) -> str:
    """Say that nothing was found; of files, what they must look like to be taken."""
    pattern, marker = mapping.transport.get("pattern"), mapping.transport.get("marker")
    if pattern is None:
        return "it has no record to give"
    told = f"no file named like {pattern} is ready"
    return f"{told}: each is taken once {marker} added to its name lies beside it" if marker else told


def _health(services: Services, name: str) -> str:
    with services.store.read() as tx:
        health = tx.intake.health().get(name)
    return f"{_state(health)}, last answer {_moment(health)}"


def _state(health: SourceHealth | None) -> str:
    if health is None:
        return "never read"
    if health.failing_since:
        return f"failing since {health.failing_since:%Y-%m-%d %H:%M} UTC [{health.error_code}]"
    return "ok"


def _moment(health: SourceHealth | None) -> str:
    return f"{health.last_success_at:%Y-%m-%d %H:%M}" if health and health.last_success_at else "–"
