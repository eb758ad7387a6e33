"""`bridge sources`: which systems are read, and does one answer as its mapping expects?"""

from __future__ import annotations

import click


@click.group()
def sources() -> None:
    """Look at the town's systems."""
