"""The systems that speak over HTTP beside the first four, put together for the town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Blueprint

from sandbox.town.atal import endpoint as atal
from sandbox.town.atal.demands import Workshop, demands
from sandbox.town.etat_civil.draw import civil_requests
from sandbox.town.faults import Faults
from sandbox.town.hubee import endpoint as hubee
from sandbox.town.hubee.hub import Hub
from sandbox.town.openads import endpoint as openads
from sandbox.town.openads.office import PlanningOffice
from sandbox.town.platau import endpoint as platau
from sandbox.town.platau.dossiers import dossiers
from sandbox.town.platau.hub import PlanningHub
from sandbox.town.platau.wire import ACTOR
from sandbox.town.publik import access as publik_access
from sandbox.town.publik import endpoint as publik
from sandbox.town.publik.desk import CitizenDesk
from sandbox.town.publik.draw import form_data
from sandbox.town.records import System
from sandbox.town.tokens import TokenDesk
from sandbox.town.urbanisme.draw import planning_files


@dataclass(frozen=True, slots=True)
class Opened:
    """A system, its routes, and what its callers need to know."""

    system: System
    routes: Blueprint
    ready: Mapping[str, object]


def open_systems(base_url: str, directory: Path, day: date, faults: Faults) -> dict[str, Opened]:
    """Each system under its name."""
    return {
        "publik": _publik(base_url, day, faults),
        "hubee": _hubee(base_url, day, faults),
        "platau": _platau(base_url, day, faults),
        "openads": _openads(base_url, directory, day, faults),
        "atal": _atal(base_url, day, faults),
    }


def _publik(base_url: str, day: date, faults: Faults) -> Opened:
    desk = CitizenDesk(form_data(), day)
    ready = {
        "publik_url": base_url + publik.PREFIX,
        "publik_user": publik_access.CLIENT,
        "publik_password": publik_access.PASSWORD,
        "publik_caller": publik_access.CALLER,
        "publik_secret": publik_access.KEY,
    }
    return Opened(desk, publik.endpoint(desk, faults), ready)


def _hubee(base_url: str, day: date, faults: Faults) -> Opened:
    hub = Hub(civil_requests(), day)
    tokens = TokenDesk("ville-si", "hubee-secret-d-essai", "SI")
    ready = {
        "hubee_url": base_url + hubee.PREFIX,
        "hubee_token_url": base_url + hubee.TOKEN_PATH,
        "hubee_client_id": tokens.client_id,
        "hubee_client_secret": tokens.secret,
    }
    return Opened(hub, hubee.endpoint(hub, faults, tokens), ready)


def _platau(base_url: str, day: date, faults: Faults) -> Opened:
    hub = PlanningHub(dossiers(planning_files()), day)
    tokens = TokenDesk("ville-piste", "piste-secret-d-essai", "openid", in_body=True)
    ready = {
        "platau_url": base_url + platau.PREFIX,
        "platau_token_url": base_url + platau.TOKEN_PATH,
        "platau_client_id": tokens.client_id,
        "platau_client_secret": tokens.secret,
        "platau_actor": ACTOR,
    }
    return Opened(hub, platau.endpoint(hub, faults, tokens), ready)


def _openads(base_url: str, directory: Path, day: date, faults: Faults) -> Opened:
    office = PlanningOffice(planning_files(), directory / "openads" / "numeros.txt", day)
    ready = {
        "openads_url": base_url + openads.PREFIX,
        "openads_user": openads.USER,
        "openads_password": openads.PASSWORD,
        "openads_numbers": str(office.register.resolve()),
    }
    return Opened(office, openads.endpoint(office, faults), ready)


def _atal(base_url: str, day: date, faults: Faults) -> Opened:
    workshop = Workshop(demands(), day)
    ready = {
        "atal_url": base_url + atal.PATH,
        "atal_wsdl": str(atal.WSDL.resolve()),
        "atal_user": atal.USER,
        "atal_password": atal.PASSWORD,
    }
    return Opened(workshop, atal.endpoint(workshop, faults), ready)
