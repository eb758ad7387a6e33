"""The handles of the stand-in town: its day, and the truth it knows of itself."""

from __future__ import annotations

from collections.abc import Collection
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


def truth_of_town(hall: TownHall, seen: Collection[str]) -> Truth:
    """Give where every record of the town's present day really stands, in the systems that are read.

    `seen` are the records that stood there on a day we read: of those, a file its owner deleted is a request
    withdrawn; one that came and went between two readings never was a request.
    """
    assert hall.stand_ins is not None
    answer = requests.get(f"{hall.stand_ins.town['url']}/sandbox/truth", timeout=TIMEOUT_S)
    said = answer.json()
    truth = {
        f"{source}:{number}": standing["status"]
        for system, records in said["systems"].items()
        if (source := system.replace("_", "-")) in hall.services.mappings
        for number, standing in records.items()
    }
    deleted = {f"demarches:{number}" for number in said["gone"]["demarches"]}
    return truth | dict.fromkeys(deleted & set(seen), "supprime")
