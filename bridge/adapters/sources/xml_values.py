"""What an XML element becomes: texts, lists and tables that the rules of a mapping can reach."""

from __future__ import annotations

from lxml import etree

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_NIL = f"{_INSTANCE}nil"

Value = object


def local_name(tag: str) -> str:
    """Give a name without its namespace."""
    return tag[tag.index("}") + 1 :] if tag[0] == "{" else tag


def values_of(record: etree._Element, columns: tuple[str, ...] = ()) -> dict[str, Value]:
    """Give what stands below a record under the names of its elements, whatever their namespaces.

    An attribute of `etat` is `etat@code`, one of the record itself `@code`. Elements of one name become a
    list; when they hold elements themselves, a table of lists, with None where one of them lacks it. When
    columns are declared a record holds these alone.
    """
    found: dict[str, Value] = {}
    if record.attrib:
        _add_attributes(found, record, "")
    _add_children(found, record)
    return {name: found.get(name) for name in columns} if columns else found


def _add_children(found: dict[str, Value], element: etree._Element) -> None:
    """Add what stands below; `#text` is what stands between elements and is more than a layout's spaces."""
    several: dict[str, list[Value]] = {}
    between = [element.text]
    for child in element:
        tag = child.tag
        name = local_name(tag) if tag[0] == "{" else tag
        value = _value(child)
        if name in several:
            several[name].append(value)
        elif name in found:
            several[name] = [found[name], value]
        else:
            found[name] = value
        if child.attrib:
            _add_attributes(found, child, name)
        if tail := child.tail:
            between.append(tail)
    for name, values in several.items():
        found[name] = _together(values)
    text = " ".join(part.strip() for part in between if part and not part.isspace())
    if text:
        found["#text"] = text


def _add_attributes(found: dict[str, Value], element: etree._Element, owner: str) -> None:
    """Add them; those of elements of one name become a list, as the elements do."""
    for name, value in element.attrib.items():
        if not name.startswith(_INSTANCE):
            key = f"{owner}@{local_name(name)}"
            held = found.get(key)
            found[key] = value if held is None else [*(held if isinstance(held, list) else [held]), value]


def _value(element: etree._Element) -> Value:
    if element.attrib and element.get(_NIL) in {"true", "1"}:
        return None
    if not len(element):
        return element.text or ""
    found: dict[str, Value] = {}
    _add_children(found, element)
    return found


def _together(values: list[Value]) -> Value:
    tables = [value for value in values if isinstance(value, dict)]
    if len(tables) < len(values):
        return values
    names = dict.fromkeys(name for table in tables for name in table)
    return {name: [table.get(name) for table in tables] for name in names}
