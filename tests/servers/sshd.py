"""OpenSSH's own server, for files that are fetched: nothing but SFTP, one key, one host key thrown away."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from run.ports import free_port
from tests.servers.held import held
from tests.servers.postgresql import die_with_parent

_READY_WITHIN_S = 60.0
_CONFIG = """
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/user_key.pub
StrictModes no
UsePAM no
PasswordAuthentication yes
PermitRootLogin yes
Subsystem sftp internal-sftp
ForceCommand internal-sftp
LogLevel DEBUG1
"""


class NoSshdError(Exception):
    """There is no OpenSSH server here; the text says why."""


@dataclass(frozen=True, slots=True)
class RunningSshd:
    """Where it listens, who may enter with which key, the fingerprint it must show, and its log."""

    port: int
    user: str
    private_key_file: Path
    fingerprint: str
    known_hosts: Path
    log: Path
    process: subprocess.Popen[bytes]

    def frozen(self) -> AbstractContextManager[None]:
        """Stop it in mid-breath: the port is open, nobody answers."""
        return held(self.process.pid)

    def options(self, directory: Path | str) -> dict[str, object]:
        """Give the transport options that lead to a folder of this server."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "private_key_file": str(self.private_key_file),
            "host_key": self.fingerprint,
            "directory": str(directory),
        }


@contextmanager
def sshd_server() -> Iterator[RunningSshd]:
    """Give a server on a loopback port that ends with the block. Raises: NoSshdError."""
    program = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
    if program is None:
        raise NoSshdError("sshd is not installed: on Debian and Ubuntu, apt install openssh-server")
    folder = Path(tempfile.mkdtemp(prefix="sshd-"))
    try:
        folder.chmod(0o755)
        for name in ("host_key", "user_key"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(command, check=True)
        with _running(program, folder) as (port, process):
            yield RunningSshd(
                port=port,
                user=getpass.getuser(),
                private_key_file=folder / "user_key",
                fingerprint=_fingerprint(folder / "host_key.pub"),
                known_hosts=_known_hosts(folder, port),
                log=folder / "sshd.log",
                process=process,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fingerprint(key: Path) -> str:
    shown = subprocess.run(["ssh-keygen", "-l", "-f", str(key)], check=True, capture_output=True, text=True)
    return shown.stdout.split()[1]


def _known_hosts(folder: Path, port: int) -> Path:
    kind, key, *_ = (folder / "host_key.pub").read_text().split()
    path = folder / "known_hosts"
    path.write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    return path


@contextmanager
def _running(program: str, folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    if os.geteuid() == 0:
        # Where it gives up root; the package's service makes this folder at boot.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    (folder / "sshd_config").write_text(_CONFIG.format(folder=folder, port=port))
    log = folder / "sshd.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [program, "-D", "-e", "-f", str(folder / "sshd_config")],
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call, which takes no lock
        )
    try:
        _await(server, port, log)
        yield port, server
    finally:
        server.terminate()
        server.wait(_READY_WITHIN_S)


def _await(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    while True:
        with closing(socket.socket()) as asked:
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > until:
            raise NoSshdError(f"sshd does not start: {log.read_text(errors='replace')[-500:]}")
        time.sleep(0.02)
