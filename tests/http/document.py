"""Holds every answer of the status API against the OpenAPI document it publishes itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker

from tests.http.answers import PROBLEM

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


class Document:
    """The document as served, and what it says of an answer."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    @property
    def operations(self) -> dict[str, dict[str, Any]]:
        """Give each operation under its path."""
        return {path: item["get"] for path, item in self.content["paths"].items()}

    def check(self, answer: TestResponse) -> None:
        """Raise AssertionError or ValidationError when the answer is not what the document promises."""
        if answer.request.method in {"HEAD", "OPTIONS"}:
            return
        operation = self._operation(answer)
        if operation is None and answer.status_code < 400:
            return
        described = self._described(operation, answer.status_code)
        if answer.status_code == 304:
            assert answer.data == b""
            return
        content = described["content"][answer.mimetype]
        schema = {**content["schema"], "components": self.content["components"]}
        OAS31Validator(schema, format_checker=oas31_format_checker).validate(answer.get_json())

    def _operation(self, answer: TestResponse) -> dict[str, Any] | None:
        if answer.request.method != "GET":
            return None
        path = answer.request.path
        return next((told for template, told in self.operations.items() if _fits(template, path)), None)

    def _described(self, operation: dict[str, Any] | None, status_code: int) -> dict[str, Any]:
        if operation is None:
            # No operation at all: the document cannot describe it, but the shape stays the same.
            return {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        told: dict[str, Any] = operation["responses"]
        return self.resolved(told.get(str(status_code)) or told["default"])

    def resolved(self, response: dict[str, Any]) -> dict[str, Any]:
        """Give a response, or the one it refers to."""
        if "$ref" not in response:
            return response
        found: dict[str, Any] = self.content["components"]["responses"][response["$ref"].rsplit("/", 1)[-1]]
        return found


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) is not None
