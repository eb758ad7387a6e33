"""Outbound HTTP against a server that answers as badly as told, on real sockets."""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from bridge.adapters.outbound import (
    BoundedAdapter,
    OutboundLimits,
    open_session,
    require_success,
    retry_after_s,
    translated,
)
from bridge.errors import PermanentError, RemoteError, TransientError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUICK = OutboundLimits(connect_timeout_s=1.0, read_timeout_s=1.0, max_response_bytes=100_000)


class _Town(BaseHTTPRequestHandler):
    """Answers by path: what a server can do wrong, and what it can do right."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        getattr(self, f"_{self.path.split('?')[0].strip('/')}")()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""

    def _answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _seen(self) -> None:
        seen = {"peer": self.client_address[1], "authorization": self.headers.get("Authorization")}
        self._answer(json.dumps({**seen, "cookie": self.headers.get("Cookie")}).encode(), Set_Cookie="a=b")

    def _silent(self) -> None:
        assert isinstance(self.server, _Server)
        self.server.released.wait(5)
        self.close_connection = True

    def _broken(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
        self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True

    def _large(self) -> None:
        self._answer(b"x" * 100_001)

    def _bomb(self) -> None:
        self._answer(gzip.compress(b"x" * 10_000_000), Content_Encoding="gzip")

    def _packed(self) -> None:
        self._answer(gzip.compress("déposé".encode()), Content_Encoding="gzip")

    def _html(self) -> None:
        self._answer(b"<html>", Content_Type="text/html")

    def _away(self) -> None:
        self._answer(b"", 302, Location="/seen")

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n")
        for _ in range(50):
            self.wfile.write(b"x")


class _Server(ThreadingHTTPServer):
    """Holds the silent ones until the test is over; a client that hangs up is no news."""

    released = threading.Event()

    def handle_error(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def town() -> Iterator[str]:
    """The address of the server."""
    server = _Server(("127.0.0.1", 0), _Town)
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def _fault(url: str, limits: OutboundLimits = QUICK) -> RemoteError:
    with open_session(limits) as session, pytest.raises(RemoteError) as caught, translated("town"):
        session.get(url).json()
    return caught.value


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [
        ("silent", TransientError, "remote.timeout"),
        ("broken", TransientError, "remote.interrupted"),
        ("reset", TransientError, "remote.interrupted"),
        ("html", TransientError, "remote.unreadable"),
        ("large", PermanentError, "remote.too_large"),
        ("bomb", PermanentError, "remote.too_large"),
        ("away", PermanentError, "remote.redirected"),
    ],
)
def test_each_fault_has_its_type_and_code(town: str, path: str, kind: type[RemoteError], code: str) -> None:
    """What goes wrong on the wire reaches the product as one of its own errors, naming the system."""
    fault = _fault(f"{town}/{path}")

    assert (type(fault), fault.code, fault.system) == (kind, code, "town")


def test_an_address_nobody_listens_on_is_unreachable() -> None:
    """A refused connection is told apart from one that broke, for nothing can have been carried out."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert _fault(f"http://127.0.0.1:{port}/seen").code == "remote.unreachable"


def test_an_impossible_address_is_permanent() -> None:
    """A call that can never be made is not repeated."""
    fault = _fault("nonsense")

    assert (type(fault), fault.code) == (PermanentError, "remote.misconfigured")


def test_no_query_survives_in_an_error(town: str) -> None:
    """The name in a query is nowhere in what is raised, nor in what a traceback would print."""
    fault = _fault(f"{town}/silent?q=DUPONT")

    assert "DUPONT" not in str(fault)
    assert fault.__suppress_context__
    assert fault.__cause__ is None


def test_a_body_that_never_ends_stops_at_the_total_time(town: str) -> None:
    """A server that drips bytes faster than the read timeout cannot hold a worker."""
    ticks = itertools.count(0, 200)
    session = open_session(adapter=BoundedAdapter(QUICK, monotonic=lambda: float(next(ticks))))

    with session, pytest.raises(TransientError) as caught, translated("town"):
        session.get(f"{town}/drip")

    assert caught.value.code == "remote.timeout"


def test_a_compressed_body_is_read(town: str) -> None:
    """Bounding a body does not change what it says."""
    with open_session(QUICK) as session:
        response = session.get(f"{town}/packed")

    assert response.content.decode() == "déposé"


def test_who_streams_reads_the_body_alone(town: str) -> None:
    """A large file may be read piece by piece, under the timeout of each piece."""
    with open_session(QUICK) as session, session.get(f"{town}/large", stream=True) as response:
        assert sum(map(len, response.iter_content(4096))) == 100_001


def test_connections_are_used_again(town: str) -> None:
    """Reading a body ourselves gives the connection back to the pool."""
    with open_session(QUICK) as session:
        peers = {session.get(f"{town}/seen").json()["peer"] for _ in range(3)}

    assert len(peers) == 1


def test_no_cookie_is_kept(town: str) -> None:
    """One caller's cookie is never sent for another."""
    with open_session(QUICK) as session:
        session.get(f"{town}/seen")

        assert session.get(f"{town}/seen").json()["cookie"] is None


def test_netrc_does_not_replace_the_token(
    town: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A .netrc on the host does not take the place of the credentials we send."""
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))

    with open_session(QUICK) as session:
        seen = session.get(f"{town}/seen", headers={"Authorization": "Bearer ours"}).json()

    assert seen["authorization"] == "Bearer ours"


def test_redirects_are_followed_only_when_allowed(town: str) -> None:
    """A source known to redirect may be given one hop."""
    with open_session(QUICK, redirects=1) as session:
        assert session.get(f"{town}/away").status_code == 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", 120.0),
        ("Tue, 24 Nov 2026 09:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),
        ("999999999999", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("Tue, 24 Nov 2026 09:01:30", None),
        ("", None),
    ],
)
def test_retry_after_in_both_its_forms(text: str, expected: float | None) -> None:
    """Seconds and dates are understood, nonsense is ignored, a day is the most we wait."""
    assert retry_after_s({"Retry-After": text}, NOW) == expected


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, TransientError) for status in (406, 420, 429, 500, 503)),
        *((status, PermanentError) for status in (300, 400, 401, 404)),
    ],
)
def test_a_status_says_whether_to_try_again(status: int, kind: type[RemoteError]) -> None:
    """Statuses that pass are transient and carry the delay asked for; the others need a person."""
    response = requests.Response()
    response.status_code = status
    response.headers["Retry-After"] = "7"

    with pytest.raises(kind) as caught:
        require_success(response, "town", now=NOW)

    assert caught.value.code == f"remote.{status}"
    assert getattr(caught.value, "retry_after_s", 7.0) == 7.0
