"""A page a person can read of the very document machines read."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_smorest import Api

from bridge.http.access import Access, open_to
from bridge.http.portal import kept_by_nobody

_METHODS = ("get", "post", "put", "patch", "delete")


def docs_blueprint(api: Api) -> Blueprint:
    """Give /api/docs, made from the OpenAPI document of `api`."""
    docs = Blueprint("docs", __name__)
    docs.after_request(kept_by_nobody)

    @docs.get("/api/docs")
    @open_to(Access.EVERYONE)
    def page() -> str:
        document: dict[str, Any] = api.spec.to_dict()
        return render_template(
            "api_docs.html", operations=_operations(document), schemas=document["components"]["schemas"]
        )

    return docs


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"method": method.upper(), "path": path, **operations[method]}
        for path, operations in document["paths"].items()
        for method in _METHODS
        if method in operations
    ]
