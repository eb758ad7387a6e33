"""A visit to an SFTP server that showed the key it should show."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko

from bridge.adapters.sources.folders import unreadable
from bridge.errors import PermanentError, TransientError

KEEPALIVE_S = 15

# It logs names of files, and what a server said; what went wrong is told by our own errors.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class SftpServer:
    """Whom to call, how to enter, and the fingerprints or the file of keys that tell it from any other."""

    source: str
    host: str
    port: int
    user: str
    password: str | None = field(repr=False)
    private_key_file: Path | None
    passphrase: str | None = field(repr=False)
    fingerprints: frozenset[str]
    known_hosts: Path | None
    timeout_s: int

    @contextmanager
    def visit(self) -> Iterator[paramiko.SFTPClient]:
        """Give a client for the time of the block.

        Raises: PermanentError `source.host_key`, before anything of ours is sent, or `source.login`;
        TransientError `source.unavailable`, `source.forbidden`, also for what fails within the block.
        """
        try:
            with socket.create_connection((self.host, self.port), self.timeout_s) as line:
                transport = paramiko.Transport(line)
                try:
                    yield self._entered(transport)
                finally:
                    transport.close()
        except (paramiko.SSHException, EOFError) as error:
            text = f"{self.source}: the connection is lost ({type(error).__name__})"
            raise TransientError(text, system=self.source, code="source.unavailable") from None
        except OSError as error:
            raise unreadable(self.source, error) from None

    def _entered(self, transport: paramiko.Transport) -> paramiko.SFTPClient:
        transport.banner_timeout = transport.handshake_timeout = self.timeout_s
        transport.auth_timeout = transport.channel_timeout = self.timeout_s
        pinned = self._pinned(transport)
        transport.start_client(timeout=self.timeout_s)
        if transport.get_remote_server_key().fingerprint not in pinned:
            raise self._refusal(
                "source.host_key", "the server shows another key than the one expected; nothing was sent"
            )
        transport.set_keepalive(KEEPALIVE_S)
        try:
            self._authenticate(transport)
        except paramiko.AuthenticationException as error:
            # The library gives this name to a connection lost meanwhile, too.
            if not transport.is_active() or "timeout" in str(error).lower():
                raise EOFError from None
            raise self._refusal("source.login", "the server refuses user, password or key") from None
        client = paramiko.SFTPClient.from_transport(transport)
        assert client is not None
        client.get_channel().settimeout(self.timeout_s)  # type: ignore[union-attr] # it has just been opened
        return client

    def _pinned(self, transport: paramiko.Transport) -> frozenset[str]:
        if self.known_hosts is None:
            return self.fingerprints
        name = self.host if self.port == 22 else f"[{self.host}]:{self.port}"
        try:
            keys = paramiko.HostKeys(str(self.known_hosts)).lookup(name)
        except (OSError, paramiko.SSHException):
            keys = None
        if keys is None:
            raise self._refusal("source.host_key", "known_hosts cannot be read, or does not name this server")
        _ask_only_for(transport, {key.get_name() for key in keys.values()})
        return self.fingerprints | {key.fingerprint for key in keys.values()}

    def _authenticate(self, transport: paramiko.Transport) -> None:
        missing = ["password"]
        if self.private_key_file is not None:
            missing = transport.auth_publickey(self.user, self._private_key(self.private_key_file))
        if missing and self.password is not None:
            missing = transport.auth_password(self.user, self.password)
        if missing:
            raise self._refusal("source.login", "the server asks for more than it was given")

    def _private_key(self, path: Path) -> paramiko.PKey:
        try:
            secret: Any = self.passphrase.encode() if self.passphrase else None
            return paramiko.PKey.from_path(path, secret)
        except (OSError, ValueError, TypeError, paramiko.SSHException):
            raise self._refusal("source.login", "the private key cannot be read") from None

    def _refusal(self, code: str, problem: str) -> PermanentError:
        return PermanentError(f"{self.source}: {problem}", system=self.source, code=code)


def _ask_only_for(transport: paramiko.Transport, kinds: set[str]) -> None:
    """A server may have several keys; only those the file names can be compared."""
    if "ssh-rsa" in kinds:
        kinds = kinds | {"rsa-sha2-512", "rsa-sha2-256"}
    options = transport.get_security_options()
    options.key_types = [kind for kind in options.key_types if kind in kinds] or options.key_types
