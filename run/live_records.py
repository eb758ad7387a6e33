"""The first records of a source, over its own transport, for a person who waits."""

from __future__ import annotations

import click

from bridge.usecases.try_source import FirstRecords, TrySource
from bridge.wiring.sources import build_readers
from mappings.model import SourceMapping
from run.environment import read_services


def live_records(mapping: SourceMapping, most: int) -> FirstRecords:
    """Give the first records as this mapping has them read. Raises: BridgeError as the transport does."""
    services = read_services()
    alone = {mapping.source: mapping}
    reader = build_readers(services.settings, alone, services.clock, services.store)[mapping.source]
    click.echo(f"  reading {mapping.source} by {mapping.transport.get('kind')}…", err=True)
    return TrySource(services.store, services.clock)(mapping.source, reader, most)
