"""TLS before a stand-in: a throw-away authority, a certificate for this machine, and a door that decrypts."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BLOCK = 1 << 16
_DAYS = 30
_LOCAL = ("127.0.0.1", "::1")


def issue_certificate(folder: Path, names: tuple[str, ...] = ("localhost",)) -> tuple[Path, ssl.SSLContext]:
    """The certificate of an authority without a key, for clients to trust; and what a server needs.

    The server's certificate is good for this machine's loopback and `names`.
    """
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _certificate("Stand-in authority", authority_key, authority_key, "Stand-in authority", ())
    server = _certificate("Stand-in", server_key, authority_key, "Stand-in authority", names)
    ca_file, pair = folder / "ca.pem", folder / "server.pem"
    ca_file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    pair.touch(mode=0o600)
    pair.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + server.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    return ca_file, context


def open_door(listener: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """Decrypt what comes to the listener and pass it to a port of this machine, in the background."""
    threading.Thread(target=lambda: asyncio.run(_serve(listener, context, port)), daemon=True).start()


async def _serve(listener: socket.socket, context: ssl.SSLContext, port: int) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    server = await asyncio.start_server(connect, sock=listener, ssl=context)
    await server.serve_forever()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on until one side hangs up, then hang up on the other."""
    with contextlib.suppress(OSError, ssl.SSLError):
        while block := await reader.read(_BLOCK):
            writer.write(block)
            await writer.drain()
    with contextlib.suppress(OSError, ssl.SSLError):
        writer.close()


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: str,
    names: tuple[str, ...],
) -> x509.Certificate:
    """An authority's certificate when it names no host, else a server's."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(
            x509.BasicConstraints(ca=not names, path_length=0 if not names else None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if names:
        hosts = [x509.DNSName(name) for name in names]
        local = [x509.IPAddress(ipaddress.ip_address(address)) for address in _LOCAL]
        made = made.add_extension(x509.SubjectAlternativeName([*hosts, *local]), critical=False)
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        made = made.add_extension(usage, critical=False)
    else:
        made = made.add_extension(_signs_certificates(), critical=True)
    return made.sign(issuer_key, hashes.SHA256())


def _signs_certificates() -> x509.KeyUsage:
    unused = dict.fromkeys(
        (
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **unused)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
