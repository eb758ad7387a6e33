"""What the nodes of démarche.numerique become for a mapping."""

from __future__ import annotations

from collections.abc import Mapping

Node = Mapping[str, object]


def dossier(node: Node) -> dict[str, object]:
    """Give a file with its fields by label, and whether a correction is awaited as "true" or "false".

    A field is `{"commune": …}`, `{"pays": …}` or its text; of two with one label the first filled one counts.
    """
    champs: dict[str, object] = {}
    for champ in _nodes(node.get("champs")):
        label, value = str(champ.get("label", "")).strip(), _value(champ)
        if not champs.get(label):
            champs[label] = value
    awaited = node.get("state") == "en_construction" and node.get("dateDerniereCorrectionEnAttente")
    return {**node, "champs": champs, "correction": "true" if awaited else "false"}


def removed(node: Node) -> dict[str, object]:
    """Give a file that left the list, as one whose state is `supprime`."""
    return {**node, "state": "supprime"}


def _nodes(value: object) -> list[Node]:
    return [node for node in value if isinstance(node, dict)] if isinstance(value, list) else []


def _value(champ: Node) -> object:
    for kind in ("commune", "pays"):
        if kind in champ:
            return {kind: champ[kind]} if champ[kind] else None
    return champ.get("stringValue")
