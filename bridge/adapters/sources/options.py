"""Reads the `transport:` options of a source; what is wrong is named before anything is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bridge.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one source, and the keys its transport knows. Values come resolved, so never shown.

    Raises: ConfigurationError for a key the transport does not know.
    """

    source: str
    given: Mapping[str, object]
    allowed: tuple[str, ...]
    above: str = "transport"

    def __post_init__(self) -> None:
        for key in self.given:
            if key not in self.allowed and (key != "kind" or self.above != "transport"):
                raise self.refusal(key, "is not an option")

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text. Raises: ConfigurationError."""
        value = self.given.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value and default is None):
            raise self.refusal(key, "must be a text")
        return value

    def optional_text(self, key: str) -> str | None:
        """Give a text or None. Raises: ConfigurationError."""
        return self.text(key) if self.given.get(key) is not None else None

    def number(self, key: str, default: int, *, at_most: int) -> int:
        """Give a whole number from 1 up; one written as text will do. Raises: ConfigurationError."""
        value = default if self.given.get(key) is None else self.given[key]
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:18])
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= at_most:
            raise self.refusal(key, f"must be a whole number from 1 to {at_most}")
        return value

    def number_or_none(self, key: str, *, at_most: int) -> int | None:
        """Give a whole number from 1 up, or None. Raises: ConfigurationError."""
        return self.number(key, 1, at_most=at_most) if self.given.get(key) is not None else None

    def switch(self, key: str, default: bool) -> bool:
        """Give true or false. Raises: ConfigurationError."""
        value = default if self.given.get(key) is None else self.given[key]
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        if not isinstance(value, bool):
            raise self.refusal(key, "must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts, empty when the option is absent. Raises: ConfigurationError."""
        value = self.given.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            raise self.refusal(key, "must be a list of texts")
        return tuple(value)

    def one_of(self, key: str, choices: tuple[str, ...]) -> str:
        """Give one of the choices. Raises: ConfigurationError."""
        value = self.text(key)
        if value not in choices:
            raise self.refusal(key, f"must be one of {', '.join(choices)}")
        return value

    def matching(self, key: str, pattern: re.Pattern[str], meaning: str) -> str:
        """Give a text of a fixed shape. Raises: ConfigurationError."""
        value = self.text(key)
        if not pattern.fullmatch(value):
            raise self.refusal(key, f"must be {meaning}")
        return value

    def section(self, key: str, allowed: tuple[str, ...]) -> Options | None:
        """Give the options under a key, None when it is absent. Raises: ConfigurationError."""
        value = self.given.get(key)
        return None if value is None else self._below(key, value, allowed)

    def sections(self, key: str, allowed: tuple[str, ...]) -> tuple[Options, ...]:
        """Give a list of options, empty when the key is absent. Raises: ConfigurationError."""
        value = self.given.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise self.refusal(key, "must be a list")
        return tuple(self._below(f"{key}[{place}]", item, allowed) for place, item in enumerate(value))

    def table(self, key: str) -> dict[str, object]:
        """Give keys and values of any kind, empty when the option is absent. Raises: ConfigurationError."""
        value = self.given.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.refusal(key, "must be keys and values")
        return {str(name): item for name, item in value.items()}

    def needed(self, *keys: str) -> None:
        """Require these keys. Raises: ConfigurationError."""
        for key in keys:
            if self.given.get(key) is None:
                raise self.refusal(key, "is missing")

    def _below(self, key: str, value: object, allowed: tuple[str, ...]) -> Options:
        if not isinstance(value, Mapping):
            raise self.refusal(key, "must be keys and values")
        return Options(self.source, value, allowed, f"{self.above}.{key}")

    def day(self, key: str) -> date | None:
        """Give a date, from YAML or as YYYY-MM-DD. Raises: ConfigurationError."""
        value = self.given.get(key)
        if value is None or type(value) is date:
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self.refusal(key, "must be a date, YYYY-MM-DD") from None

    def refusal(self, key: str, problem: str) -> ConfigurationError:
        """Give the error that names source, key and the keys that may be used."""
        return ConfigurationError(
            f"source {self.source}: {self.above}.{key} {problem}; options: {', '.join(self.allowed)}"
        )
