"""The town's own systems: their mappings and their readers."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bridge.adapters.sources import build_reader
from bridge.adapters.sources.from_environment import filled_options
from bridge.errors import ConfigurationError
from bridge.settings import Settings
from bridge.usecases.open_cases import StoredOpenCases
from bridge.usecases.ports import Clock, SourceReader, Store
from bridge.usecases.translate_record import VOCABULARY
from mappings.errors import MappingError
from mappings.loader import load_source, load_sources
from mappings.model import SourceMapping
from mappings.procedure_sheets import ProcedureSheet, load_procedures


def load_mappings(settings: Settings) -> dict[str, SourceMapping]:
    """Give the sources of this town. Raises: ConfigurationError naming file and key."""
    folder: Traversable = files("mappings") / "municipal"
    if settings.sources_dir:
        folder = Path(settings.sources_dir)
    try:
        return load_sources(folder, VOCABULARY)
    except MappingError as error:
        raise ConfigurationError(str(error)) from error


def load_mapping(path: Path) -> SourceMapping:
    """Give the mapping of one file. Raises: ConfigurationError with every fault of it."""
    try:
        return load_source(path, VOCABULARY)
    except MappingError as error:
        raise ConfigurationError(str(error)) from error


def load_sheets(settings: Settings) -> dict[str, ProcedureSheet]:
    """Give what was reviewed of each procedure; the town's own folder comes before what is packaged.

    Raises: ConfigurationError naming file and key.
    """
    own = Path(settings.sources_dir) / "procedures" if settings.sources_dir else None
    try:
        return load_procedures(own) if own and own.is_dir() else load_procedures()
    except MappingError as error:
        raise ConfigurationError(str(error)) from error


def build_readers(
    settings: Settings, sources: Mapping[str, SourceMapping], clock: Clock, store: Store
) -> dict[str, SourceReader]:
    """Give the reader of each source, with the addresses and credentials the environment holds."""
    return {
        name: build_reader(
            name,
            filled_options(mapping, settings.environment),
            timezone=mapping.timezone,
            clock=clock,
            spool=Path(settings.data_dir) / "spool",
            open_cases=StoredOpenCases(store),
            internal=mapping.internal,
        )
        for name, mapping in sources.items()
    }
