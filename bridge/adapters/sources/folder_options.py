"""Reads where a source's files lie and how they show that they are whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bridge.adapters.sources.folders import Folder, LocalFolder, WholeFiles
from bridge.adapters.sources.options import Options
from bridge.adapters.sources.spool import Spool

ON_A_SERVER = (
    "host",
    "port",
    "user",
    "password",
    "private_key_file",
    "passphrase",
    "host_key",
    "known_hosts",
    "timeout_s",
    "keep_free_megabytes",
)
OPTIONS = ("directory", "pattern", "marker", "stable_for_s", "start_at", "max_megabytes", *ON_A_SERVER)

PICTURES = ("full", "delta")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")


def folder_of(options: Options, spool: Path, sleep: Callable[[float], None]) -> Folder:
    """Give the folder of a source; `spool` is where fetched files stand. Raises: ConfigurationError."""
    if options.given.get("marker") is None:
        raise options.refusal("marker", 'must be a text, "" when files are renamed into the folder')
    whole = WholeFiles(
        pattern=options.text("pattern"),
        marker=options.text("marker", ""),
        stable_for_s=options.number_or_none("stable_for_s", at_most=300) or 0,
        start_at=options.text("start_at", ""),
        sleep=sleep,
    )
    if options.given.get("host") is not None:
        return _on_a_server(options, whole, spool, sleep)
    for key in ON_A_SERVER:
        if options.given.get(key) is not None:
            raise options.refusal(key, "needs a host")
    return LocalFolder(options.source, Path(options.text("directory")), whole)


def max_bytes(options: Options) -> int:
    """Give the size above which a file is refused. Raises: ConfigurationError."""
    return options.number("max_megabytes", 4_096, at_most=1 << 20) << 20


def is_delta(options: Options) -> bool:
    """Whether a file holds only what changed. Raises: ConfigurationError."""
    return options.given.get("picture") is not None and options.one_of("picture", PICTURES) == "delta"


def _on_a_server(options: Options, whole: WholeFiles, spool: Path, sleep: Callable[[float], None]) -> Folder:
    # The library takes a third of a second to load, which only a town with such a source should wait for.
    from bridge.adapters.sources.sftp_folder import SftpFolder  # noqa: PLC0415
    from bridge.adapters.sources.sftp_server import SftpServer  # noqa: PLC0415 - the same

    server = SftpServer(
        source=options.source,
        host=options.matching("host", _HOST, "the name or address of a server"),
        port=options.number("port", 22, at_most=65_535),
        user=options.text("user"),
        password=options.optional_text("password"),
        private_key_file=_path(options, "private_key_file"),
        passphrase=options.optional_text("passphrase"),
        fingerprints=_fingerprints(options),
        known_hosts=_path(options, "known_hosts"),
        timeout_s=options.number("timeout_s", 30, at_most=600),
    )
    if server.password is None and server.private_key_file is None:
        raise options.refusal("private_key_file", "or password must be given")
    if not server.fingerprints and server.known_hosts is None:
        raise options.refusal("host_key", "or known_hosts must say which key the server shows")
    keep_free = options.number("keep_free_megabytes", 512, at_most=1 << 30) << 20
    return SftpFolder(
        source=options.source,
        server=server,
        directory=options.text("directory"),
        whole=whole,
        spool=Spool(options.source, spool / options.source, keep_free),
        max_bytes=max_bytes(options),
        sleep=sleep,
    )


def _path(options: Options, key: str) -> Path | None:
    written = options.optional_text(key)
    return Path(written) if written else None


def _fingerprints(options: Options) -> frozenset[str]:
    """Several while a key is being changed, in a list or in one text of the environment."""
    given = options.given.get("host_key")
    found = given.replace(",", " ").split() if isinstance(given, str) else options.texts("host_key")
    if not all(_FINGERPRINT.fullmatch(one) for one in found):
        raise options.refusal("host_key", "must be fingerprints as ssh-keygen -l shows them, SHA256:…")
    return frozenset(found)
