"""Reads the elements of a metadata file, whatever their namespace."""

from __future__ import annotations

from xml.etree import ElementTree as ET


def children(element: ET.Element, tag: str) -> list[ET.Element]:
    """The direct children of that tag, whatever the namespace."""
    return [child for child in element if child.tag.rpartition("}")[2] == tag]


def text(element: ET.Element, tag: str) -> str | None:
    """The text of the first child of that tag."""
    found = children(element, tag)
    return (found[0].text or "").strip() if found else None


def flag(element: ET.Element, tag: str) -> bool:
    """Whether the child of that tag says true."""
    return text(element, tag) == "true"
