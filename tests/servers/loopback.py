"""Serves an application on a free port of this machine for one test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@contextmanager
def serving(build: Callable[[str], WSGIApplication]) -> Iterator[str]:
    """Give the address of a running application; `build` is told that address."""
    server = make_server("127.0.0.1", 0, _nothing, threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = build(address)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _nothing(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("503 X", [])
    return [b""]
