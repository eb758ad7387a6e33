"""Fills in what a source's file leaves to the environment: addresses and credentials."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.errors import ConfigurationError
from mappings.model import SourceMapping

_FROM_ENVIRONMENT = "env:"
_ONLY_THERE = frozenset(
    {f"transport.{name}" for name in ("password", "passphrase", "token")}
    | {f"transport.auth.{name}" for name in ("password", "token", "value", "client_secret", "secret")}
)


def filled_options(mapping: SourceMapping, environment: Mapping[str, str]) -> dict[str, object]:
    """Give a source's options, those inside others too.

    Raises: ConfigurationError naming what is missing and which file needs it, or a secret that is written.
    """

    def filled(value: object, key: str) -> object:
        if isinstance(value, Mapping):
            return {name: filled(item, f"{key}.{name}") for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [filled(item, f"{key}[{place}]") for place, item in enumerate(value)]
        if not isinstance(value, str) or not value.startswith(_FROM_ENVIRONMENT):
            if value and key in _ONLY_THERE:
                raise ConfigurationError(f"{mapping.file}: {key} must be env:NAME, never the secret itself")
            return value
        name = value.removeprefix(_FROM_ENVIRONMENT)
        if not environment.get(name):
            raise ConfigurationError(f"{name}: needed by {mapping.file}, key {key}")
        return environment[name]

    return {name: filled(value, f"transport.{name}") for name, value in mapping.transport.items()}
