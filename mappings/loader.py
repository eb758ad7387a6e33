"""Loads the mapping files of a directory, strictly: a file that is not wholly understood is refused."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from mappings.errors import MappingError, Problem
from mappings.gaps import gaps_in
from mappings.model import SourceMapping, Vocabulary
from mappings.salesforce.model import SalesforceMapping
from mappings.salesforce.reading import read_salesforce
from mappings.section import Report, Section
from mappings.source_reading import read_source
from mappings.yaml_text import UnreadableYamlError, read_yaml

Location = Path | Traversable


def load_source(path: Location, vocabulary: Vocabulary) -> SourceMapping:
    """Give the mapping of one source. Raises: MappingError with every problem of the file."""
    report = Report(path.name)
    mapping = read_source(opened(path, report), vocabulary, path.name)
    if mapping.source and path.name != f"{mapping.source}.yaml":
        report.add(
            "source", f"{mapping.source!r} must be the name of the file", [path.name.removesuffix(".yaml")]
        )
    report.settle()
    return mapping


def load_sources(directory: Location | None, vocabulary: Vocabulary) -> dict[str, SourceMapping]:
    """Give the mappings of a directory by source, of the packaged one with None.

    Raises: MappingError with every problem of every file.
    """
    found: dict[str, SourceMapping] = {}
    problems: list[Problem] = []
    for path in yaml_files(directory or packaged("municipal"), problems):
        try:
            mapping = load_source(path, vocabulary)
        except MappingError as error:
            problems.extend(error.problems)
        else:
            found[mapping.source] = mapping
    if problems:
        raise MappingError(problems)
    return found


def load_salesforce(name: str, directory: Location | None = None) -> SalesforceMapping:
    """Give a Salesforce mapping: `contact`, `case`, `case_event`. Raises: MappingError with every problem."""
    return load_salesforce_file((directory or packaged("salesforce")) / f"{name}.yaml")


def load_salesforce_file(path: Location) -> SalesforceMapping:
    """Give the Salesforce mapping of a file. Raises: MappingError with every problem."""
    report = Report(path.name)
    mapping = read_salesforce(opened(path, report), path.name)
    report.settle()
    return mapping


def opened(path: Location, report: Report) -> Section:
    """Give the top of a file; keys written twice and gaps go to the report.

    Raises: MappingError if unreadable.
    """
    try:
        content, doubled = read_yaml(path.read_bytes())
    except OSError as error:
        raise MappingError([Problem(path.name, "", "the file cannot be read")]) from error
    except UnreadableYamlError as error:
        raise MappingError([Problem(path.name, "", str(error))]) from error
    for key in doubled:
        report.add(key, "is written twice")
    for key in gaps_in(content):
        report.gap(key)
    return Section(report, "", content)


def packaged(name: str) -> Traversable:
    """Give a directory of mappings that ships with the product."""
    return resources.files("mappings") / name


def yaml_files(directory: Location, problems: list[Problem]) -> Iterator[Location]:
    """Give the files of a directory that are read, by name; what is wrong goes to `problems`."""
    try:
        entries = sorted((entry for entry in directory.iterdir() if entry.is_file()), key=lambda e: e.name)
    except OSError:
        problems.append(Problem(directory.name, "", "the directory cannot be read"))
        return
    for entry in entries:
        if entry.name.endswith(".yaml") and not entry.name.startswith("."):
            yield entry
        elif entry.name.endswith(".yml"):
            problems.append(Problem(entry.name, "", "must be named .yaml to be read"))
