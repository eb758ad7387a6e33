"""The handles of the stand-in town: its day, and the truth it knows of itself."""

from __future__ import annotations

from datetime import date

import requests

from run.demo.visitor import TIMEOUT_S
from run.town_hall import TownHall

Truth = dict[str, str]
"""The legacy status code of each case, by external id."""


def move_town(hall: TownHall, day: date) -> None:
    """Let the town live until the end of that day."""
    assert hall.stand_ins is not None
    address = f"{hall.stand_ins.town['url']}/sandbox/day"
    requests.post(address, json={"day": day.isoformat()}, timeout=TIMEOUT_S).raise_for_status()


def truth_of_town(hall: TownHall) -> Truth:
    """Give where every record of the town's present day really stands."""
    assert hall.stand_ins is not None
    answer = requests.get(f"{hall.stand_ins.town['url']}/sandbox/truth", timeout=TIMEOUT_S)
    said = answer.json()
    truth = {
        f"{system.replace('_', '-')}:{number}": standing["status"]
        for system, records in said["systems"].items()
        for number, standing in records.items()
    }
    # A file its owner deleted leaves the platform's lists; for the citizen it is a request withdrawn.
    return truth | {f"demarches:{number}": "supprime" for number in said["gone"]["demarches"]}
