"""The stand-in mail server and SMS gateway, served for a test, with TLS and a login where asked."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.messages.app import build
from sandbox.messages.faults import Faults
from sandbox.messages.inbox import Inbox
from sandbox.messages.mail_server import MailServer
from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class StandInMessages:
    """Both roads, and the inbox they end in."""

    ready: dict[str, Any]

    def switch(self, **faults: int) -> None:
        """Switch faults on."""
        answer = requests.post(f"{self.ready['url']}/sandbox/faults", json=faults, timeout=TIMEOUT_S)
        answer.raise_for_status()

    def reset(self) -> None:
        """Empty the inbox, and put every fault back to rest."""
        requests.post(f"{self.ready['url']}/sandbox/reset", timeout=TIMEOUT_S).raise_for_status()

    def inbox(self, to: str | None = None) -> list[dict[str, Any]]:
        """Give what arrived, the newest first."""
        query = {"to": to} if to else {}
        found: list[dict[str, Any]] = requests.get(
            f"{self.ready['url']}/sandbox/messages", params=query, timeout=TIMEOUT_S
        ).json()
        return found


@contextmanager
def stand_in_messages() -> Iterator[StandInMessages]:
    """Serve both on free ports."""
    ready: dict[str, Any] = {}

    def application(address: str) -> WSGIApplication:
        app, told = build(address)
        ready.update(told)
        return app.wsgi_app

    with serving(application):
        yield StandInMessages(ready)


@contextmanager
def mail_server(
    *, login: tuple[str, str] | None = None, tls: bool = False
) -> Iterator[tuple[int, Inbox, Faults]]:
    """Serve mail alone; give its port, its inbox and its faults."""
    inbox, faults = Inbox(), Faults()
    server = MailServer(inbox, faults, tls=server_tls() if tls else None, login=login)
    server.start()
    try:
        yield server.port, inbox, faults
    finally:
        server.stop()


@cache
def _certificate() -> tuple[bytes, bytes]:
    """Give a certificate for this machine, and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return made.public_bytes(serialization.Encoding.PEM), private


def server_tls() -> ssl.SSLContext:
    """Give what the server shows."""
    certificate, key = _certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        (Path(folder) / "cert.pem").write_bytes(certificate)
        (Path(folder) / "key.pem").write_bytes(key)
        context.load_cert_chain(Path(folder) / "cert.pem", Path(folder) / "key.pem")
    return context


def trusting_tls() -> ssl.SSLContext:
    """Give a client that knows this server's certificate."""
    return ssl.create_default_context(cadata=_certificate()[0].decode())
