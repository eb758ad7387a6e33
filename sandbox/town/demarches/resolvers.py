"""The schema with its few resolvers: one procedure, one file, three lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLObjectType, GraphQLSchema, build_schema

from sandbox.town.demarches import nodes
from sandbox.town.demarches.cursor import Asked, Place, cut, encode
from sandbox.town.demarches.dossiers import Snapshot
from sandbox.town.demarches.platform import NUMBER, TITLE, Platform
from sandbox.town.demarches.scalars import teach_dates
from sandbox.town.demarches.walk import Walk

REVISION = nodes.typed_id("Revision", 1)
PUBLISHED_AT = datetime(2015, 6, 1, 8, tzinfo=UTC)
Resolver = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One GraphQL call: who may read, and the page on which it must fail."""

    platform: Platform
    allowed: bool
    walk: Walk = field(default_factory=Walk)
    failing_page: int = 0


def load_schema() -> GraphQLSchema:
    """The executable schema; each call brings a `Call` as its context."""
    schema = build_schema((Path(__file__).parent / "schema.graphql").read_text(encoding="utf-8"))
    teach_dates(schema)
    for kind, name, resolver in (
        ("Query", "demarche", _demarche),
        ("Query", "dossier", _dossier),
        ("Demarche", "groupeInstructeurs", _groups),
        ("Demarche", "dossiers", _dossiers),
        ("Demarche", "deletedDossiers", _deleted),
        ("Demarche", "pendingDeletedDossiers", _pending_deleted),
    ):
        parent = schema.type_map[kind]
        assert isinstance(parent, GraphQLObjectType)
        parent.fields[name].resolve = resolver
    return schema


def _demarche(_root: object, info: Any, number: int) -> dict[str, object]:
    if number != NUMBER:
        raise _error("Demarche not found", "not_found")
    _authorize(info.context, "Demarche")
    return {
        "id": nodes.typed_id("Procedure", NUMBER),
        "number": NUMBER,
        "title": TITLE,
        "description": "Mercredis et vacances scolaires.",
        "state": "publiee",
        "dateCreation": PUBLISHED_AT,
        "datePublication": PUBLISHED_AT,
        "dateDerniereModification": PUBLISHED_AT,
    }


def _dossier(_root: object, info: Any, number: int) -> nodes.Node:
    found = next((s for s in info.context.platform.visible() if s.number == number), None)
    if found is None:
        raise _error("Dossier not found", "not_found")
    _authorize(info.context, "Dossier")
    return nodes.dossier(found)


def _groups(_parent: object, _info: Any, closed: bool | None = None) -> list[nodes.Node]:
    return [] if closed else [nodes.group()]


def _dossiers(_parent: object, info: Any, **arguments: Any) -> dict[str, object]:
    call: Call = info.context
    page = call.walk.start(arguments.get("after"))
    if page == call.failing_page:
        raise _error("Timeout on Demarche.dossiers", "timeout")
    updated_since, created_since = arguments.get("updatedSince"), arguments.get("createdSince")
    rows = [s for s in call.platform.visible() if _matches(s, arguments)]
    if updated_since is not None:
        rows = [s for s in rows if s.updated_at >= updated_since]
    elif created_since is not None:
        rows = [s for s in rows if s.deposited_at >= created_since]
    place = _by_update if updated_since is not None else _by_deposit
    connection = _connection(rows, place, arguments, nodes.dossier)
    call.walk.served(page, connection["pageInfo"]["endCursor"])
    return connection


def _deleted(_parent: object, info: Any, **arguments: Any) -> dict[str, object]:
    rows = _since(info.context.platform.deleted(), _by_purge, arguments)
    return _connection(rows, _by_purge, arguments, lambda s: nodes.deleted(s, "DeletedDossier"))


def _pending_deleted(_parent: object, info: Any, **arguments: Any) -> dict[str, object]:
    rows = _since(info.context.platform.pending_deleted(), _by_hiding, arguments)
    return _connection(rows, _by_hiding, arguments, lambda s: nodes.deleted(s, "Dossier"))


def _matches(snapshot: Snapshot, arguments: dict[str, Any]) -> bool:
    for name in ("revision", "minRevision", "maxRevision"):
        if arguments.get(name) not in {None, REVISION}:
            raise _error("Revision not found", "not_found")
    if arguments.get("archived"):
        return False
    return arguments.get("state") in {None, snapshot.state}


def _since(rows: list[Snapshot], place: Callable[[Snapshot], Place], arguments: Any) -> list[Snapshot]:
    since = arguments.get("deletedSince")
    return rows if since is None else [row for row in rows if place(row)[0] >= since]


def _connection(
    rows: Sequence[Snapshot],
    place: Callable[[Snapshot], Place],
    arguments: dict[str, Any],
    show: Callable[[Snapshot], nodes.Node],
) -> dict[str, Any]:
    page = cut(rows, place, Asked.read(arguments))
    cursors = [encode(place(row)) for row in page.rows]
    shown = [show(row) for row in page.rows]
    return {
        "nodes": shown,
        "edges": [{"cursor": c, "node": n} for c, n in zip(cursors, shown, strict=True)],
        "pageInfo": {
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
            "hasPreviousPage": page.has_previous,
            "hasNextPage": page.has_next,
        },
    }


def _by_update(snapshot: Snapshot) -> Place:
    return snapshot.updated_at, snapshot.number


def _by_deposit(snapshot: Snapshot) -> Place:
    return snapshot.deposited_at, snapshot.number


def _by_hiding(snapshot: Snapshot) -> Place:
    assert snapshot.hidden is not None
    return snapshot.hidden.at, snapshot.number


def _by_purge(snapshot: Snapshot) -> Place:
    assert snapshot.purged is not None
    return snapshot.purged.at, snapshot.number


def _authorize(call: Call, kind: str) -> None:
    if not call.allowed:
        raise _error(f"An object of type {kind} was hidden due to permissions", "unauthorized")


def _error(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
