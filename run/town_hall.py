"""The whole product on one machine: stand-ins if asked, Redis if none is given, web, workers, sweeper."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.settings import load_settings
from bridge.wiring import Services
from jobs.lanes import Lane
from run.children import Children
from run.demo.people import SIRET
from run.demo.portal import SandboxPortal, open_sandbox_portal
from run.embedded_redis import start_redis
from run.environment import process_environment, services_of
from run.ports import free_port

BRIDGE = (sys.executable, "-m", "run")


@dataclass(frozen=True, slots=True)
class StandIns:
    """Their ready lines; without ProConnect's the console is closed, without mail no code goes."""

    franceconnect: Mapping[str, Any]
    salesforce: Mapping[str, Any]
    town: Mapping[str, Any]
    messages: Mapping[str, Any] = field(default_factory=dict)
    proconnect: Mapping[str, Any] = field(default_factory=dict)
    franceconnect_plus: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TownHall:
    """Everything that runs, and the services of this very process."""

    url: str
    services: Services
    children: Children
    stand_ins: StandIns | None
    environment: Mapping[str, str] = field(repr=False)
    portal: SandboxPortal | None = None
    """Client id and secret the stand-in org signs citizens in with."""

    def start_processes(self) -> None:
        """Start the web server, a worker for each lane and the sweeper; the store is in place by now."""
        port = self.url.rsplit(":", 1)[-1]
        self.children.start_ready("web", [*BRIDGE, "web", "--port", port], self.environment)
        for lane in Lane:
            self.children.start(f"worker-{lane}", [*BRIDGE, "worker", lane], self.environment)
        self.children.start("sweeper", [*BRIDGE, "sweeper"], self.environment)


@contextmanager
def open_town_hall(
    *, sandbox: bool, port: int, folder: Path, town_options: tuple[str, ...] = ()
) -> Iterator[TownHall]:
    """Give a town hall whose outside services answer; leaving stops every process.

    Raises: ConfigurationError when something does not start, or the port is taken.
    """
    port = free_port(port)
    url = f"http://127.0.0.1:{port}"
    with Children(folder / "log") as children:
        environment = dict(os.environ) if sandbox else process_environment()
        stand_ins = None
        if sandbox:
            stand_ins = _start_stand_ins(children, url, folder, town_options)
            environment |= sandbox_environment(url, folder, stand_ins)
        if not environment.get("BRIDGE_REDIS_URL"):
            environment["BRIDGE_REDIS_URL"] = start_redis(children)
        services = services_of(load_settings(environment))
        portal = open_sandbox_portal(services, stand_ins.salesforce) if stand_ins else None
        yield TownHall(url, services, children, stand_ins, environment, portal)


def _start_stand_ins(children: Children, url: str, folder: Path, town_options: tuple[str, ...]) -> StandIns:
    """They share nothing with us but the wire, so they get no setting of ours."""
    plain = plain_environment()
    command = [*BRIDGE, "sandbox"]
    callback = f"{url}/login/franceconnect/callback"
    after_logout = ("--post-logout-redirect-uri", f"{url}/logout/callback")
    return StandIns(
        franceconnect=children.start_ready(
            "franceconnect",
            [*command, "franceconnect", "--redirect-uri", callback, *after_logout],
            plain,
        ),
        salesforce=children.start_ready("salesforce", [*command, "salesforce"], plain),
        town=children.start_ready(
            "town", [*command, "town", "--directory", str(folder / "town"), *town_options], plain
        ),
        messages=children.start_ready("messages", [*command, "messages"], plain),
        proconnect=children.start_ready("proconnect", [*command, "proconnect", *_agents_door(url)], plain),
        franceconnect_plus=children.start_ready(
            "franceconnect-plus", [*command, "franceconnect", *_plus_door(url), *after_logout], plain
        ),
    )


def plain_environment() -> dict[str, str]:
    """Give this process's environment without a setting of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}


def _plus_door(url: str) -> tuple[str, ...]:
    """Give what registers the second door of FranceConnect, kinder than it is: on this machine."""
    door = f"{url}/login/franceconnect-plus"
    return ("--plus", "--local-redirects", "--redirect-uri", f"{door}/callback", "--jwks-uri", f"{door}/jwks")


def _agents_door(url: str) -> tuple[str, ...]:
    """Give what registers the agents' door of this town hall."""
    callback, logout = f"{url}/agents/login/callback", f"{url}/agents/logout/callback"
    return ("--redirect-uri", callback, "--post-logout-redirect-uri", logout)


def sandbox_environment(url: str, folder: Path, stand_ins: StandIns) -> dict[str, str]:
    """Give the settings of a trial: keys made for this run alone, addresses on this machine."""
    town = stand_ins.town
    return {
        "BRIDGE_SANDBOX": "true",
        "BRIDGE_BASE_URL": url,
        "BRIDGE_SECRET_KEY": secrets.token_hex(32),
        "BRIDGE_DATABASE_URL": f"sqlite:///{(folder / 'bridge.db').resolve()}",
        "BRIDGE_DATA_DIR": str(folder),
        "BRIDGE_HASH_KEYS": f"v1:{secrets.token_hex(32)}",
        "BRIDGE_ENCRYPTION_KEYS": f"v1:{secrets.token_hex(32)}",
        "BRIDGE_FRANCECONNECT_ISSUER": stand_ins.franceconnect["issuer"],
        "BRIDGE_FRANCECONNECT_CLIENT_ID": stand_ins.franceconnect["client_id"],
        "BRIDGE_FRANCECONNECT_CLIENT_SECRET": stand_ins.franceconnect["client_secret"],
        "BRIDGE_FRANCECONNECT_GRANTED_SCOPES": "idp_birthdate idp_id",
        "BRIDGE_FRANCECONNECT_HELPER_IDPS": "aidants-connect",
        "BRIDGE_SALESFORCE_LOGIN_URL": stand_ins.salesforce["login_url"],
        "BRIDGE_SALESFORCE_CONSUMER_KEY": stand_ins.salesforce["consumer_key"],
        "BRIDGE_SALESFORCE_CONSUMER_SECRET": stand_ins.salesforce["consumer_secret"],
        "BRIDGE_URBANISME_DIRECTORY": town["urbanisme_dir"],
        "BRIDGE_ETAT_CIVIL_DATABASE_URL": town["etat_civil_database_url"],
        "BRIDGE_DEMARCHES_URL": town["demarches_url"],
        "BRIDGE_DEMARCHES_TOKEN": town["demarches_token"],
        "BRIDGE_DEMARCHES_NUMBER": str(town["demarches_number"]),
        "BRIDGE_VOIRIE_URL": town["voirie_url"],
        "BRIDGE_VOIRIE_SINCE": f"{town['day'][:4]}-01-01",
        "BRIDGE_SMTP_URL": stand_ins.messages.get("smtp_url", ""),
        "BRIDGE_MAIL_FROM": stand_ins.messages.get("mail_from", ""),
        "BRIDGE_SMS_URL": stand_ins.messages.get("sms_url", ""),
        "BRIDGE_SMS_TOKEN": stand_ins.messages.get("sms_token", ""),
        **_agents_settings(stand_ins.proconnect),
        **_plus_settings(stand_ins.franceconnect_plus),
    }


def _plus_settings(plus: Mapping[str, Any]) -> dict[str, str]:
    if not plus:
        return {}
    return {
        "BRIDGE_FRANCECONNECT_PLUS_ISSUER": plus["issuer"],
        "BRIDGE_FRANCECONNECT_PLUS_CLIENT_ID": plus["client_id"],
        "BRIDGE_FRANCECONNECT_PLUS_CLIENT_SECRET": plus["client_secret"],
        "BRIDGE_FRANCECONNECT_PLUS_GRANTED_SCOPES": "amr rnipp_identite_pivot",
    }


def _agents_settings(proconnect: Mapping[str, Any]) -> dict[str, str]:
    if not proconnect:
        return {}
    return {
        "BRIDGE_PROCONNECT_ISSUER": proconnect["issuer"],
        "BRIDGE_PROCONNECT_CLIENT_ID": proconnect["client_id"],
        "BRIDGE_PROCONNECT_CLIENT_SECRET": proconnect["client_secret"],
        "BRIDGE_AGENTS_SIRET": SIRET,
    }
