"""The clients a town's developers use, as they are published: jsforce and the Salesforce CLI."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.node import node_program

FOLDER = Path(__file__).parent / "clients"
OLDEST = (22, 0)
TIMEOUT_S = 300


@dataclass
class Jsforce:
    """A running jsforce with its connection."""

    process: subprocess.Popen[str]

    def call(self, name: str, *given: Any) -> Any:
        """Make one call; give what the client gives."""
        answer = self._answer(name, given)
        assert "done" in answer, answer
        return answer["done"]

    def refused(self, name: str, *given: Any) -> dict[str, Any]:
        """Make a call that fails; give the error as the client reports it."""
        answer = self._answer(name, given)
        assert "refused" in answer, answer
        refused: dict[str, Any] = answer["refused"]
        return refused

    def _answer(self, name: str, given: tuple[Any, ...]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"call": name, "with": given}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@contextmanager
def jsforce(ready: Mapping[str, Any]) -> Iterator[Jsforce]:
    """Start one on the org of a ready line; it ends with the block."""
    _check_installed("jsforce")
    environment = {
        **os.environ,
        "CONSUMER_KEY": ready["consumer_key"],
        "CONSUMER_SECRET": ready["consumer_secret"],
        "NODE_EXTRA_CA_CERTS": ready["ca_file"],
    }
    command = [_node(), str(FOLDER / "session.mjs"), ready["url"], ready["login_url"], ready["access_token"]]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Jsforce(process)
        finally:
            process.kill()


def cli_environment(home: Path, ready: Mapping[str, Any]) -> dict[str, str]:
    """Give an environment where `sf` keeps to itself: its own home, and nothing sent to its makers."""
    return {
        **os.environ,
        "HOME": str(home),
        "SF_ACCESS_TOKEN": ready["access_token"],
        "SF_DISABLE_TELEMETRY": "true",
        "SF_AUTOUPDATE_DISABLE": "true",
        "SF_SKIP_NEW_VERSION_CHECK": "true",
        "SF_USE_GENERIC_UNIX_KEYCHAIN": "true",
    }


@dataclass(frozen=True)
class Cli:
    """The `sf` command with a home of its own."""

    home: Path
    ready: Mapping[str, Any]

    def run(self, *arguments: str) -> dict[str, Any]:
        """Give what a command prints with `--json`, whether it went well or not."""
        _check_installed("@salesforce/cli")
        environment = {
            **cli_environment(self.home, self.ready),
            "SF_DISABLE_DNS_CHECK": "true",
            "NODE_EXTRA_CA_CERTS": self.ready["ca_file"],
        }
        command = [_node(), str(FOLDER / "node_modules" / "@salesforce" / "cli" / "bin" / "run.js")]
        done = subprocess.run(
            [*command, *arguments, "--json"],
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
            env=environment,
            cwd=self.home,
        )
        assert done.stdout, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def result(self, *arguments: str) -> Any:
        """Give the result of a command that is expected to go well."""
        told = self.run(*arguments)
        assert told["status"] == 0, told
        return told["result"]


def _check_installed(name: str) -> None:
    if not (FOLDER / "node_modules" / name).is_dir():
        pytest.fail(f"run `make tests/independent/clients/.installed` first: {name} is not installed")


def _node() -> str:
    found = node_program(OLDEST)
    if not found:
        pytest.fail("run `make tests/independent/clients/.installed` first: no Node 22 is here")
    return found
