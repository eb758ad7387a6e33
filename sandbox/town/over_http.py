"""The systems that speak over HTTP beside the first four, put together for the town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Blueprint

from sandbox.town.faults import Faults
from sandbox.town.publik import access as publik_access
from sandbox.town.publik.desk import CitizenDesk
from sandbox.town.publik.draw import form_data
from sandbox.town.publik.endpoint import PREFIX as PUBLIK_PREFIX
from sandbox.town.publik.endpoint import endpoint as publik_endpoint
from sandbox.town.records import System


@dataclass(frozen=True, slots=True)
class Opened:
    """A system, its routes, and what its callers need to know."""

    system: System
    routes: Blueprint
    ready: Mapping[str, object]


def open_systems(base_url: str, directory: Path, day: date, faults: Faults) -> dict[str, Opened]:
    """Each system under its name."""
    return {"publik": _publik(base_url, day, faults)}


def _publik(base_url: str, day: date, faults: Faults) -> Opened:
    desk = CitizenDesk(form_data(), day)
    ready = {
        "publik_url": base_url + PUBLIK_PREFIX,
        "publik_user": publik_access.CLIENT,
        "publik_password": publik_access.PASSWORD,
        "publik_caller": publik_access.CALLER,
        "publik_secret": publik_access.KEY,
    }
    return Opened(desk, publik_endpoint(desk, faults), ready)
