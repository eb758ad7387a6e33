"""Runs a request inside another one, through the same application and in its transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app
from werkzeug.test import EnvironBuilder, run_wsgi_app

from sandbox.salesforce.gate import SUBREQUEST


@dataclass(frozen=True, slots=True)
class SubAnswer:
    """What a sub-request answered; `body` is parsed JSON, None when there was none."""

    status: int
    headers: dict[str, str]
    body: object


def run_subrequest(method: str, url: str, body: object, headers: Mapping[str, str]) -> SubAnswer:
    """Run one sub-request; session and budget were settled by the outer call."""
    builder = EnvironBuilder(
        path=url,
        method=method,
        headers=list(headers.items()),
        data=None if body is None else json.dumps(body),
        content_type="application/json",
        environ_overrides={SUBREQUEST: True},
    )
    chunks, status, answered = run_wsgi_app(current_app.wsgi_app, builder.get_environ(), buffered=True)
    content = b"".join(cast("list[bytes]", list(chunks)))
    kept = {"Location": answered["Location"]} if "Location" in answered else {}
    return SubAnswer(int(status.split()[0]), kept, json.loads(content) if content else None)
