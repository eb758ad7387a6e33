"""What a pushed record must look like: drawn from the mapping that will read it, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields

from mappings.model import SourceMapping
from mappings.rules import Rule

_TEXT = "a text, a number, true, false or null"
_LIST = f"a list, or {_TEXT}"
_OBJECT = "an object"
_REQUIRED = "required"
_MOST_SHOWN = 50
_LISTED = ("given_names", "items")
"""The rules that read a list."""


class _Plain(fields.Field[Any]):
    """A value a rule reads as text, or a list of them."""

    def __init__(self, *, is_list: bool, **options: Any) -> None:
        super().__init__(allow_none=not options.get("required"), **options)
        self.is_list = is_list

    def _deserialize(self, value: Any, *_: Any, **_options: Any) -> Any:
        if self.is_list and isinstance(value, list) and all(map(_is_plain, value)):
            return value
        if not _is_plain(value):
            raise ValidationError(_LIST if self.is_list else _TEXT)
        return value


class RecordsSchema:
    """The envelope of pushed records of one source."""

    def __init__(self, mapping: SourceMapping) -> None:
        needed = {mapping.record.id.path, mapping.status.code.path}
        needed |= {mapping.order_by.path} if mapping.order_by else set()
        tree: dict[str, Any] = {}
        for rule in _rules(mapping):
            _plant(tree, rule, is_needed=rule.path in needed)
        record = fields.Nested(_schema(tree), error_messages=_messages(_OBJECT))
        listed = fields.List(record, required=True, error_messages=_messages("a list of records"))
        words = {
            "type": fields.String(required=True, error_messages=_messages("a text")),
            "source": fields.String(error_messages=_messages("a text")),
        }
        self._schema = Schema.from_dict({**words, "records": listed})(unknown=INCLUDE)

    def faults(self, document: Mapping[str, Any]) -> dict[str, str]:
        """Give what was expected at each place at fault; no value is told."""
        found = dict(_flat(self._schema.validate(document), ""))
        return dict(list(found.items())[:_MOST_SHOWN])


def _rules(part: object) -> Iterator[Rule]:
    """Give every rule of a mapping that reads a field."""
    if isinstance(part, Rule):
        if part.path:
            yield part
    elif is_dataclass(part):
        for one in fields_of(part):
            yield from _rules(getattr(part, one.name))
    elif isinstance(part, Mapping):
        for inner in part.values():
            yield from _rules(inner)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _rules(inner)


def _plant(tree: dict[str, Any], rule: Rule, *, is_needed: bool) -> None:
    """Put a rule where its field stands; one read both whole and in part is not looked into."""
    *way, last = rule.path
    for step in way:
        inner = tree.setdefault(step, {})
        if isinstance(inner, fields.Field):
            tree[step] = fields.Raw()
            return
        tree = inner
    known = tree.get(last)
    if isinstance(known, dict):
        tree[last] = fields.Raw()
        return
    is_list = rule.key.endswith(_LISTED) or (isinstance(known, _Plain) and known.is_list)
    is_needed = is_needed or (known is not None and known.required)
    tree[last] = _Plain(is_list=is_list, required=is_needed, error_messages=_messages(_TEXT))


def _schema(tree: Mapping[str, Any]) -> Schema:
    given = {
        name: inner
        if isinstance(inner, fields.Field)
        else fields.Nested(
            _schema(inner),
            required=_is_needed(inner),
            allow_none=not _is_needed(inner),
            error_messages=_messages(_OBJECT),
        )
        for name, inner in tree.items()
    }
    return Schema.from_dict(given)(unknown=INCLUDE)


def _is_needed(tree: Mapping[str, Any]) -> bool:
    return any(
        _is_needed(inner) if isinstance(inner, dict) else bool(inner.required) for inner in tree.values()
    )


def _messages(expected: str) -> dict[str, str | list[Any] | dict[Any, Any]]:
    return {"required": _REQUIRED, "null": _REQUIRED, "invalid": expected, "type": expected}


def _flat(errors: Any, path: str) -> Iterator[tuple[str, str]]:
    """Give the errors under paths such as `records[3].applicant.name`."""
    if isinstance(errors, dict):
        for name, inner in errors.items():
            step = f"[{name}]" if isinstance(name, int) else f".{name}"
            yield from _flat(inner, path if name == "_schema" else f"{path}{step}".lstrip("."))
    else:
        texts = [str(text).replace("Invalid input type.", _OBJECT) for text in errors]
        yield path, "; ".join(texts)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
