"""`bridge mappings`: draft a file, try it, and check it by itself and against the org."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bridge.adapters.salesforce.describe import describe
from bridge.domain.synchronisation import SourceRecord
from bridge.errors import ConfigurationError
from bridge.usecases.translate_record import VOCABULARY
from bridge.wiring.sources import build_readers
from mappings.check import against_describe, check_files, reminders
from mappings.errors import MappingError
from mappings.loader import load_salesforce, load_source
from mappings.model import SourceMapping
from run.drafting import draft_of_sample, draft_of_source
from run.environment import read_services
from run.side_by_side import print_trials, refuse_hidden_terminal
from run.samples import sample_for


@click.group()
def mappings() -> None:
    """Look at the files that say which field becomes which."""


@mappings.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--org", is_flag=True, help="Also compare with the fields of the org.")
def check(files: tuple[Path, ...], org: bool) -> None:
    """Check FILES, or every file, and name each fault with file, key and allowed values."""
    problems = check_files(files, VOCABULARY)
    if org:
        connection = read_services().salesforce
        for name in ("contact", "case", "case_event"):
            mapping = load_salesforce(name)
            problems += against_describe(mapping, describe(connection, mapping.object_name))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise ConfigurationError(f"{len(problems)} fault(s) in the mappings")
    click.echo("mappings: no fault found", file=sys.stdout)
