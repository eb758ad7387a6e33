"""`bridge mappings`: draft a file, try it, and check it by itself and against the org."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bridge.adapters.clock import SystemClock
from bridge.adapters.salesforce.describe import describe
from bridge.adapters.sources.sample_files import read_sample
from bridge.domain.synchronisation import SourceRecord
from bridge.errors import ConfigurationError
from bridge.usecases.translate_record import VOCABULARY
from bridge.wiring.sources import load_mapping
from mappings.check import against_describe, check_files, is_procedure, reminders
from mappings.loader import load_salesforce, load_sources
from mappings.model import SourceMapping
from mappings.procedure_sheets import load_procedure, load_procedures
from mappings.proposing import SampleFacts, draft
from mappings.trial import try_record
from run.environment import read_services
from run.live_records import live_records
from run.sample_transport import sample_transport
from run.side_by_side import only_on_a_terminal, story, terminal_width, total

MOST_TRIED = 20
MOST_SAMPLED = 10_000

_Data = click.Path(exists=True, dir_okay=False, path_type=Path)


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
    for reminder in _reminders(files):
        click.echo(f"reminder: {reminder}", err=True)
    click.echo("mappings: no fault found", file=sys.stdout)


def _reminders(files: tuple[Path, ...]) -> list[str]:
    """What no file is at fault for: in these files, or in the packaged ones."""
    today = SystemClock().now().date()
    if not files:
        return reminders(load_sources(None, VOCABULARY).values(), load_procedures(), today)
    return reminders((), {file.stem: load_procedure(file) for file in files if is_procedure(file)}, today)


@mappings.command("try")
@click.argument("file", type=_Data)
@click.option("--sample", type=_Data, help="A CSV, XML, JSON or JSON-lines file to read.")
@click.option("--source", "live", is_flag=True, help="Read from the source itself; nothing is written.")
@click.option("--records", default=MOST_TRIED, show_default=True, type=click.IntRange(1, 1000))
@click.option("--show", is_flag=True, help="Show what may name a person; on a terminal only.")
def try_(file: Path, sample: Path | None, live: bool, records: int, show: bool) -> None:
    """Show raw records beside what FILE makes of them; exit status 1 when one of them stops."""
    only_on_a_terminal(show)
    if live == (sample is not None):
        raise click.UsageError("give either --sample DATA or --source")
    mapping = load_mapping(file)
    found = _of_sample(mapping, sample, records) if sample else live_records(mapping, records).records
    today = SystemClock().now().date()
    trials = [try_record(mapping, record.values, record.position, today) for record in found]
    for trial in trials:
        click.echo(story(trial, terminal_width(), show=show))
    click.echo(f"{mapping.mapping_version}: {total(trials)}")
    sys.exit(1 if any(trial.error for trial in trials) else 0)


@mappings.command()
@click.argument("source")
@click.option("--sample", type=_Data, help="A file to draft from; without it SOURCE itself is read.")
@click.option("--to", "target", type=click.Path(path_type=Path), help="Write the draft there.")
def propose(source: str, sample: Path | None, target: Path | None) -> None:
    """Draft a mapping for SOURCE: columns, formats and status words found, gaps where nothing was."""
    if target and target.exists():
        raise ConfigurationError(f"{target}: is there already; name another file")
    facts, transport = _facts_of_sample(source, sample) if sample else _facts_of_source(source)
    text = draft(source, facts, transport, SystemClock().now().date())
    if target is None:
        click.echo(text, nl=False)
        return
    target.write_text(text, encoding="utf-8")
    click.echo(f"{target}: drafted from {facts.records} records; fill its gaps, then: bridge mappings check")


def _of_sample(mapping: SourceMapping, sample: Path, most: int) -> tuple[SourceRecord, ...]:
    """Give the records as the transport would: the columns declared, and no internal one."""
    encoding, delimiter = (mapping.transport.get(name) for name in ("encoding", "delimiter"))
    read = read_sample(
        sample,
        most,
        encoding=encoding if isinstance(encoding, str) else None,
        delimiter=delimiter if isinstance(delimiter, str) else None,
    )
    return tuple(_as_read(mapping, record) for record in read.records)


def _as_read(mapping: SourceMapping, record: SourceRecord) -> SourceRecord:
    columns = mapping.transport.get("columns")
    declared = columns if isinstance(columns, list) else list(record.values)
    if missing := [name for name in declared if name not in record.values]:
        raise ConfigurationError(f"{mapping.file}: transport.columns: the sample lacks {', '.join(missing)}")
    names = [name for name in declared if name not in mapping.internal]
    return SourceRecord(record.position, {name: record.values[name] for name in names})


def _facts_of_sample(source: str, sample: Path) -> tuple[SampleFacts, dict[str, object]]:
    read = read_sample(sample, MOST_SAMPLED)
    facts = SampleFacts.of(record.values for record in read.records)
    return facts, sample_transport(source, sample.name, read)


def _facts_of_source(source: str) -> tuple[SampleFacts, dict[str, object]]:
    services = read_services()
    if source not in services.mappings:
        known = ", ".join(sorted(services.mappings))
        raise ConfigurationError(f"unknown source {source!r}; give a --sample, or one of: {known}")
    mapping = services.mappings[source]
    found = live_records(mapping, MOST_SAMPLED).records
    return SampleFacts.of(record.values for record in found), dict(mapping.transport)
