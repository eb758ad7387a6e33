"""Reads a person from a small YAML or JSON file, for `bridge explain-link`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from bridge.domain.identity import BirthDate, Gender, PivotIdentity, Precision, stated_date
from bridge.errors import ConfigurationError
from mappings.yaml_text import UnreadableYamlError, read_yaml

Word = TypeVar("Word", bound=StrEnum)
KEYS = (
    "family_name",
    "usage_name",
    "given_names",
    "birth_date",
    "birth_date_precision",
    "gender",
    "birth_place",
    "birth_country",
)
_CODE_LENGTH = 5


def read_person(name: str, data: bytes) -> tuple[PivotIdentity, str | None]:
    """Give the identity and the name in use. Raises: ConfigurationError, which repeats no value."""
    values = _values(name, data)

    def text(key: str) -> str | None:
        value = values.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value:0{_CODE_LENGTH}d}"
        if value is not None and not isinstance(value, str):
            raise ConfigurationError(f"{name}: {key} must be text")
        return value or None

    identity = PivotIdentity(
        family_name=text("family_name"),
        given_names=_given(name, values.get("given_names")),
        birth_date=_birth_date(name, text),
        gender=_word(name, "gender", Gender, text("gender")),
        birth_place=text("birth_place"),
        birth_country=text("birth_country"),
    )
    return identity, text("usage_name")


def _values(name: str, data: bytes) -> Mapping[str, object]:
    try:
        content, doubled = read_yaml(data)
    except UnreadableYamlError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{name}: a list of `key: value` is expected, with {', '.join(KEYS)}")
    if unknown := sorted(set(content) - set(KEYS)) or list(doubled):
        raise ConfigurationError(
            f"{name}: {len(unknown)} key(s) unknown or written twice; known: {', '.join(KEYS)}"
        )
    return content


def _given(name: str, value: object) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value] if value else []
    if not all(isinstance(each, str) for each in names):
        raise ConfigurationError(f"{name}: given_names must be a list of texts")
    return tuple(names)


def _birth_date(name: str, text: Callable[[str], str | None]) -> BirthDate | None:
    born, precision = text("birth_date"), text("birth_date_precision")
    if born is None:
        return None
    known = _word(name, "birth_date_precision", Precision, precision)
    return BirthDate(born, known) if known else stated_date(born)


def _word(name: str, key: str, words: type[Word], text: str | None) -> Word | None:
    if text is None:
        return None
    try:
        return words(text)
    except ValueError:
        raise ConfigurationError(f"{name}: {key} must be one of {', '.join(words)}") from None
