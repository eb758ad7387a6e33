"""Serves one stand-in on a loopback port and says when it is ready."""

from __future__ import annotations

import json
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import TYPE_CHECKING

from waitress.server import create_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def serve(
    build: Callable[[str], tuple[WSGIApplication, Mapping[str, object]]],
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    threads: int = 16,
) -> None:
    """Serve until SIGTERM or SIGINT; when ready, print one JSON line with the address and test credentials.

    `build(base_url)` gives the application and what the ready line shows. Port 0 takes a free one.
    """
    listener = socket.create_server((host, port))
    base_url = f"http://{host}:{listener.getsockname()[1]}"
    application, ready = build(base_url)
    server = create_server(
        application, sockets=[listener], threads=threads, clear_untrusted_proxy_headers=True, ident=None
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(json.dumps(dict(ready)) + "\n")
    sys.stdout.flush()
    server.run()
