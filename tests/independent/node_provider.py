"""A provider that is not written here: node oidc-provider, on which FranceConnect itself is built."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.node import node_program

FOLDER = Path(__file__).parent / "provider"
_MISSING = "run `make tests/independent/.installed` first: {}"


@dataclass
class NodeProvider:
    """A running provider, which knows its clients once it is told."""

    issuer: str
    process: subprocess.Popen[str]

    def open(self, clients: Sequence[Mapping[str, Any]], *, plus: bool) -> None:
        """Start answering, as this platform, for these clients."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"plus": plus, "clients": clients}) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ready\n"


@contextmanager
def node_provider() -> Iterator[NodeProvider]:
    """Start one; it ends with the block. Without node or its modules the test fails: it is never skipped."""
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        pytest.fail(_MISSING.format("oidc-provider is not installed"))
    with subprocess.Popen(
        [_node(), str(FOLDER / "provider.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield NodeProvider(json.loads(process.stdout.readline())["issuer"], process)
        finally:
            process.kill()


def _node() -> str:
    """Find node: the machine's, else the one `make` took from a wheel."""
    found = node_program()
    if not found:
        pytest.fail(_MISSING.format("node is not here"))
    return found
