"""A Flask route that gives the bytes of a file, under the product's own gunicorn settings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask, Response, request

from bench.trial import Trial
from run import web
from run.children import Children
from run.ports import free_port

WORKERS, THREADS = 2, 4
"""Of gunicorn, for the product and for this server alike."""


def bare(body: bytes) -> Flask:
    """Give the application: the bytes at `/cases`, and at `/conditional` with their ETag.

    `/received` answers a delivery it keeps nothing of.
    """
    app = Flask("bare")

    @app.get("/cases")
    def cases() -> Response:
        return Response(body, mimetype="application/json")

    @app.get("/conditional")
    def conditional() -> Response:
        response = Response(body, mimetype="application/json")
        response.add_etag()
        response.make_conditional(request)
        return response

    @app.post("/received")
    def received() -> tuple[str, int]:
        request.get_data()
        return "", 202

    return app


def start_bare(children: Children, place: Trial, body: bytes) -> str:
    """Start it as a process of its own, with these bytes to give; give its address."""
    file, port = place.folder / "bare.body", free_port()
    file.write_bytes(body)
    command = [sys.executable, "-m", "bench.bare_server", file, port, WORKERS, THREADS]
    children.start_ready("bare", [str(word) for word in command], place.environment)
    return f"http://127.0.0.1:{port}"


def main() -> None:
    """Serve `FILE` on `PORT` with `WORKERS` and `THREADS`, as `bridge web` would."""
    file, port, workers, threads = sys.argv[1:]
    app = bare(Path(file).read_bytes())

    def load(_gunicorn: Any) -> Flask:
        return app

    # The settings of gunicorn stay the product's, whatever they become; only what it serves differs.
    with patch("run.web._Gunicorn.load", load):
        web.serve_web("127.0.0.1", int(port), int(workers), int(threads))


if __name__ == "__main__":
    main()
