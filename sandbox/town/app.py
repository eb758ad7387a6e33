"""The stand-in town as one application, and what its callers need to know."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask, Response, request

from sandbox.town.admin import handles
from sandbox.town.clock import DEFAULT_DAY
from sandbox.town.demarches.draw import dossiers
from sandbox.town.demarches.endpoint import PATH as GRAPHQL_PATH
from sandbox.town.demarches.endpoint import TOKEN
from sandbox.town.demarches.endpoint import endpoint as demarches_endpoint
from sandbox.town.demarches.platform import NUMBER, Platform
from sandbox.town.etat_civil.draw import civil_requests
from sandbox.town.etat_civil.register import Register
from sandbox.town.faults import Faults
from sandbox.town.over_http import open_systems
from sandbox.town.records import System
from sandbox.town.town import Town
from sandbox.town.urbanisme.draw import planning_files
from sandbox.town.urbanisme.drop import PlanningDrop
from sandbox.town.voirie.desk import StreetDesk
from sandbox.town.voirie.endpoint import PREFIX as OPEN311_PREFIX
from sandbox.town.voirie.endpoint import endpoint as voirie_endpoint
from sandbox.town.voirie.history import PACKAGED, read_requests


def build(
    base_url: str,
    *,
    directory: Path,
    database_url: str | None = None,
    street_data: Path | None = None,
    day: date = DEFAULT_DAY,
) -> tuple[Flask, dict[str, object]]:
    """The application at the end of `day`, and its ready line.

    Files and the default database live in `directory`; `street_data` replaces the packaged street requests.
    """
    faults = Faults()
    planning = PlanningDrop(planning_files(), directory / "urbanisme", faults)
    register = Register(civil_requests(), directory, database_url, faults)
    platform = Platform(dossiers(), day)
    desk = StreetDesk(read_requests(street_data or PACKAGED), day)
    systems: dict[str, System] = {
        "urbanisme": planning,
        "etat_civil": register,
        "demarches": platform,
        "voirie": desk,
    }
    others = open_systems(base_url, directory, day, faults)
    systems |= {name: opened.system for name, opened in others.items()}
    town = Town(
        start=day, day=day, faults=faults, planning=planning, telefiles=register.telefiles, systems=systems
    )
    town.reset(day)
    app = Flask(__name__)
    app.register_blueprint(handles(town))
    app.register_blueprint(voirie_endpoint(desk, faults))
    app.register_blueprint(demarches_endpoint(platform, faults))
    for opened in others.values():
        app.register_blueprint(opened.routes)
    _count(app, town)
    return app, {
        "url": base_url,
        "day": day.isoformat(),
        "urbanisme_dir": str(planning.folder.resolve()),
        "etat_civil_database_url": register.read_only_url,
        "actes_dir": str(register.telefiles.folder.resolve()),
        "demarches_url": base_url + GRAPHQL_PATH,
        "demarches_token": TOKEN,
        "demarches_number": NUMBER,
        "voirie_url": base_url + OPEN311_PREFIX,
        **{name: value for opened in others.values() for name, value in opened.ready.items()},
    }


def _count(app: Flask, town: Town) -> None:
    @app.after_request
    def count(response: Response) -> Response:
        system = request.blueprint
        if system is not None and system in town.systems:
            with town.lock:
                town.served[system] += 1
        return response
