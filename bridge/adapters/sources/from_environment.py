"""Fills in what a source's file leaves to the environment: addresses and credentials."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.errors import ConfigurationError
from mappings.model import SourceMapping

_FROM_ENVIRONMENT = "env:"
_ONLY_THERE = ("password", "passphrase")


def filled_options(mapping: SourceMapping, environment: Mapping[str, str]) -> dict[str, object]:
    """Give a source's options. Raises: ConfigurationError naming what is missing and which file needs it."""
    options = dict(mapping.transport)
    for key in _ONLY_THERE:
        if not str(options.get(key) or _FROM_ENVIRONMENT).startswith(_FROM_ENVIRONMENT):
            raise ConfigurationError(
                f"{mapping.file}: transport.{key} must be env:NAME, never the secret itself"
            )
    for key, value in options.items():
        if isinstance(value, str) and value.startswith(_FROM_ENVIRONMENT):
            name = value.removeprefix(_FROM_ENVIRONMENT)
            if not environment.get(name):
                raise ConfigurationError(f"{name}: needed by {mapping.file}, key transport.{key}")
            options[key] = environment[name]
    return options
