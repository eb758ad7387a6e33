"""The doctor's look at the town's own systems: by what they last gave, without asking them anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bridge.errors import ConfigurationError
from bridge.usecases.overview import late_source
from bridge.wiring import Services
from mappings.model import SourceMapping


def source_checks(services: Services) -> Iterator[tuple[str, Callable[[], str]]]:
    """Give one check a source."""
    for name, mapping in services.mappings.items():
        yield f"source {name}", partial(_told, services, mapping)


def _told(services: Services, mapping: SourceMapping) -> str:
    with services.store.read() as tx:
        known = tx.intake.health().get(mapping.source)
    if known is None or known.last_attempt_at is None:
        return "not read yet"
    late = late_source(mapping, known, services.clock.now())
    since = f"{known.last_success_at:%Y-%m-%d %H:%M} UTC" if known.last_success_at else "its first day"
    if late is None:
        return f"last news {since}"
    if late.failing_since is None:
        raise ConfigurationError(
            f"silent since {since}: it has news every {mapping.every_minutes} minutes", code="source.silent"
        )
    why = late.error_text or "it could not be read"
    raise ConfigurationError(
        f"{why}; fails since {late.failing_since:%Y-%m-%d %H:%M} UTC", code=late.error_code
    )
