"""Records with their children in one call: all of them, or none.

Source: Salesforce, REST API, sObject Tree: 200 records at most, five levels, an own `referenceId` each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response

from sandbox.salesforce.errors import SalesforceError, malformed_json
from sandbox.salesforce.org import current_org
from sandbox.salesforce.records.drafts import Outcome, Write
from sandbox.salesforce.records.rollback import Undo
from sandbox.salesforce.records.writer import Options, write
from sandbox.salesforce.replies import json_object, json_reply
from sandbox.salesforce.schema.model import SObject
from sandbox.salesforce.sobjects import duplicates_allowed, writable_object
from sandbox.salesforce.versions import api_version, data_route

tree = Blueprint("tree", __name__)
_MOST_RECORDS = 200
_MOST_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Node:
    """One record of the tree; `lookup` is the field that shall hold its parent's id."""

    sobject: SObject
    reference: str
    body: Mapping[str, object]
    parent: Node | None
    lookup: str


@data_route(tree, "/composite/tree/<name>", ["POST"])
def create_tree(name: str) -> Response:
    """201 with `{hasErrors, results: [{referenceId, id}]}`; 400 with what was wrong, and nothing written."""
    nodes = list(_nodes(writable_object(name), json_object(), None, "", 1))
    if len(nodes) > _MOST_RECORDS:
        raise SalesforceError("LIMIT_EXCEEDED", f"The tree has more than {_MOST_RECORDS} records.")
    if len({node.reference for node in nodes}) < len(nodes):
        raise SalesforceError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
    written: dict[str, Outcome] = {}
    try:
        with current_org().storage.transaction():
            _write(nodes, written)
    except Undo:
        refused = [
            {"referenceId": reference, "errors": [outcome.error.as_record_error()]}
            for reference, outcome in written.items()
            if outcome.error
        ]
        return json_reply({"hasErrors": True, "results": refused}, 400)
    results = [{"referenceId": node.reference, "id": written[node.reference].id} for node in nodes]
    return json_reply({"hasErrors": False, "results": results}, 201)


def _write(nodes: list[Node], written: dict[str, Outcome]) -> None:
    """Write level after level; each record is told apart from its siblings by its reference."""
    options = Options(api_version(), allow_duplicates=duplicates_allowed(api_version()))
    while level := [node for node in nodes if node.reference not in written and _is_ready(node, written)]:
        writes = [Write(node.sobject, _with_parent(node, written)) for node in level]
        outcomes = write(current_org(), writes, options)
        written.update(zip((node.reference for node in level), outcomes, strict=True))
        if any(outcome.error for outcome in outcomes):
            raise Undo


def _is_ready(node: Node, written: Mapping[str, Outcome]) -> bool:
    return node.parent is None or node.parent.reference in written


def _with_parent(node: Node, written: Mapping[str, Outcome]) -> Mapping[str, object]:
    return {**node.body, node.lookup: written[node.parent.reference].id} if node.parent else node.body


def _nodes(
    sobject: SObject, branch: Mapping[str, object], parent: Node | None, lookup: str, level: int
) -> Iterator[Node]:
    records = branch.get("records")
    if not isinstance(records, list) or level > _MOST_LEVELS:
        raise malformed_json("A branch of the tree needs records, an array, at most five levels deep.")
    children = {each.name: each for each in current_org().schema.children(sobject)}
    for record in records:
        attributes = record.get("attributes") if isinstance(record, dict) else None
        if not isinstance(attributes, dict) or not attributes.get("referenceId"):
            raise SalesforceError("INVALID_INPUT", "Include a ReferenceId for each record in the request.")
        if str(attributes.get("type", "")).lower() != sobject.name.lower():
            raise SalesforceError(
                "INVALID_INPUT", f"All records of this branch must be of type {sobject.name}."
            )
        body = {name: value for name, value in record.items() if name not in children}
        node = Node(sobject, str(attributes["referenceId"]), body, parent, lookup)
        yield node
        for name in record.keys() & children.keys():
            child = children[name]
            yield from _nodes(writable_object(child.child), record[name], node, child.field, level + 1)
