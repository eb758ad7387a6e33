"""Reads YAML as plain data: no tag, no anchor, no key twice, nothing guessed from the look of a text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20

_TRUTH = {"true": True, "false": False}
_NULL = {"", "~", "null"}


class UnreadableYamlError(ValueError):
    """A file that cannot be read at all: the text says why, with the line."""


def read_yaml(data: bytes) -> tuple[object, tuple[str, ...]]:
    """Give the content, and the dotted paths of keys written twice.

    Keys are always text, as written; a plain value is text, unless it is a number, true, false or null.
    Raises: UnreadableYamlError for what is too large or too deep, a tag, an anchor, an alias, or no YAML.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableYamlError(f"the file is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise UnreadableYamlError("the file is not UTF-8") from error
    except yaml.YAMLError as error:
        raise UnreadableYamlError(f"no valid YAML{_line(error)}") from error
    doubled: list[str] = []
    content = _built(node, "", doubled) if node is not None else None
    return content, tuple(doubled)


def _refuse_tricks(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        depth += _step(event)
        if depth > MAX_DEPTH:
            raise UnreadableYamlError(f"line {line}: more than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise UnreadableYamlError(f"line {line}: anchors and aliases are not allowed")
        if getattr(event, "tag", None) is not None:
            raise UnreadableYamlError(f"line {line}: tags are not allowed")


def _step(event: yaml.Event) -> int:
    if isinstance(event, yaml.CollectionStartEvent):
        return 1
    return -1 if isinstance(event, yaml.CollectionEndEvent) else 0


def _line(error: yaml.YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f", line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else ""


def _built(node: yaml.Node, path: str, doubled: list[str]) -> object:
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, path, doubled))
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, f"{path}[{number}]", doubled) for number, item in enumerate(node.value)]
    return _scalar(node)


def _pairs(node: yaml.MappingNode, path: str, doubled: list[str]) -> Iterator[tuple[str, object]]:
    seen: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise UnreadableYamlError(f"line {key_node.start_mark.line + 1}: a key must be one word or text")
        key = str(key_node.value)
        dotted = f"{path}.{key}" if path else key
        if key in seen:
            doubled.append(dotted)
        seen.add(key)
        yield key, _built(value_node, dotted, doubled)


def _scalar(node: yaml.Node) -> object:
    text = str(node.value)
    if getattr(node, "style", None) is not None:
        return text
    if text in _NULL:
        return None
    return _TRUTH[text] if text in _TRUTH else _number(text)


def _number(text: str) -> object:
    """A number written the plain way; `007` and `1e3` stay text."""
    body = text.removeprefix("-")
    whole, dot, fraction = body.partition(".")
    plain = whole.isascii() and whole.isdigit() and (whole == "0" or not whole.startswith("0"))
    if plain and not dot and len(whole) <= 18:
        return int(text)
    return float(text) if plain and fraction.isascii() and fraction.isdigit() else text
