"""The product put together for a measurement, on a store and a folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.settings import load_settings
from bridge.wiring import Services, build_services
from jobs.bell import SilentBell
from run.town_hall import StandIns, plain_environment, sandbox_environment

_NOBODY = "http://127.0.0.1:9"
_CHILD_TIMEOUT_S = 7_200


@dataclass(frozen=True, slots=True)
class Trial:
    """Where a measurement happens; `environment` starts processes on the same store."""

    folder: Path
    environment: Mapping[str, str]

    @property
    def planning_folder(self) -> Path:
        """Where the planning office drops its extracts."""
        return self.folder / "urbanisme"

    @contextmanager
    def services(self) -> Iterator[Services]:
        """Give the services in this process."""
        services = build_services(load_settings(self.environment), SilentBell())
        try:
            yield services
        finally:
            services.salesforce.close()

    def child(self, *module_and_arguments: str) -> dict[str, Any]:
        """Run a module of the bench in a process of its own; give the JSON it prints."""
        done = subprocess.run(
            [sys.executable, "-m", *module_and_arguments],
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            timeout=_CHILD_TIMEOUT_S,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


def trial(
    folder: Path,
    *,
    url: str = _NOBODY,
    org: Mapping[str, Any] | None = None,
    franceconnect: Mapping[str, Any] | None = None,
    database_url: str = "",
    **settings: str,
) -> Trial:
    """Give a trial whose other services, but for those given, are addresses nobody answers at.

    `settings` are other variables of its environment.
    """
    (folder / "urbanisme").mkdir(parents=True, exist_ok=True)
    silent = {"issuer": _NOBODY, "client_id": "none", "client_secret": "none"}
    silent_org = {"login_url": _NOBODY, "consumer_key": "none", "consumer_secret": "none"}
    town = {
        "day": "2015-01-01",
        "urbanisme_dir": str(folder / "urbanisme"),
        "etat_civil_database_url": f"sqlite:///{folder / 'etat-civil.db'}",
        "demarches_url": _NOBODY,
        "demarches_token": "none",
        "demarches_number": 1,
        "voirie_url": _NOBODY,
    }
    environment = plain_environment() | sandbox_environment(
        url, folder, StandIns(franceconnect or silent, org or silent_org, town)
    )
    environment |= settings
    if database_url:
        environment["BRIDGE_DATABASE_URL"] = database_url
    return Trial(folder, environment)
