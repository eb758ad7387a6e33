"""The web process: gunicorn around the application."""

from __future__ import annotations

import json
import sys
from typing import Any

from gunicorn.app.base import BaseApplication

from bridge.app import create_app
from run.environment import read_services


class _Gunicorn(BaseApplication):
    """gunicorn with our settings instead of a configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Each worker process makes its own services: connections may not cross a fork."""
        return create_app(read_services())


def serve_web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM; print one JSON line when ready."""

    def ready(_server: Any) -> None:
        sys.stdout.write(json.dumps({"url": f"http://{host}:{port}"}) + "\n")
        sys.stdout.flush()

    _Gunicorn(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "when_ready": ready,
            "loglevel": "warning",
            # gunicorn would open a control socket in the home folder, which may be read-only.
            "control_socket_disable": True,
        }
    ).run()
