"""Serves one stand-in on a loopback port and says when it is ready."""

from __future__ import annotations

import json
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from waitress.server import create_server

from sandbox.tls import issue_certificate, open_door

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def serve(
    build: Callable[[str], tuple[WSGIApplication, Mapping[str, object]]],
    *,
    port: int = 0,
    host: str = "127.0.0.1",
    threads: int = 16,
    tls: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT; when ready, print one JSON line with the address and test credentials.

    `build(base_url)` gives the application and what the ready line shows. Port 0 takes a free one. With `tls`
    the line has `ca_file` too, the authority that clients must trust.
    """
    listener = socket.create_server((host, port))
    scheme = "https" if tls else "http"
    application, ready = build(f"{scheme}://{host}:{listener.getsockname()[1]}")
    if tls:
        listener, ca_file = _behind_tls(listener)
        ready = {**ready, "ca_file": str(ca_file)}
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


def _behind_tls(public: socket.socket) -> tuple[socket.socket, Path]:
    """Open a TLS door at a listener; give the listener behind it, and the authority's certificate."""
    ca_file, context = issue_certificate(Path(tempfile.mkdtemp(prefix="stand-in-tls-")))
    inner = socket.create_server(("127.0.0.1", 0))
    open_door(public, context, inner.getsockname()[1])
    return inner, ca_file
