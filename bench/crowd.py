"""A thousand first sign-ins of two hundred people at the same moment, on the real processes.

Each person comes five times at once: five tabs, five devices. The callbacks, where Contacts are made, start
together.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any

import requests

from bench.citizen_browser import CitizenBrowser
from bench.name_frequencies import read_frequencies
from bench.people import Person, Town
from bench.progress import stage
from bench.trial import Trial, trial
from run.children import Children
from run.ports import free_port
from run.town_hall import plain_environment

PEOPLE = 200
SIGN_INS = 1_000
SEED = 1905
WORKERS, THREADS = 2, 8
_TIMEOUT_S = 60
# FranceConnect's code lives 30 s, so nobody may stand in the queue of its pages for longer than that.
_AT_THE_PAGES = 32


@dataclass(frozen=True, slots=True)
class Place:
    """The running services."""

    bridge_url: str
    franceconnect: dict[str, Any]
    org: dict[str, Any]
    trial: Trial


def measure(
    folder: Path, people: int = PEOPLE, sign_ins: int = SIGN_INS, database_url: str = ""
) -> dict[str, object]:
    """Give what the crowd left behind: errors, Contacts, links; and how long it took."""
    with running_services(folder, database_url) as place:
        with stage(f"crowd: {people} people known to FranceConnect"):
            logins = [introduce(place.franceconnect, person) for person in citizens(people)]
        with stage(f"crowd: {sign_ins} sign-ins of {people} people at once"):
            began = time.perf_counter()
            answers = _all_at_once(place, [logins[number % people] for number in range(sign_ins)])
            seconds = time.perf_counter() - began
        contacts = _contacts(place)
        return {
            "sign_ins": sign_ins,
            "people": people,
            "errors": sorted({answer for answer in answers if answer}),
            "failed": sum(1 for answer in answers if answer),
            "contacts": len(contacts),
            "people_with_one_contact": len(set(contacts)),
            "seconds": round(seconds, 1),
            "sign_ins_per_s": round(sign_ins / seconds, 1),
            "gunicorn": {"workers": WORKERS, "threads": THREADS},
        }


@contextmanager
def running_services(folder: Path, database_url: str = "") -> Iterator[Place]:
    """Serve FranceConnect, the org and the bridge, each in processes of its own."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "run"]
    with Children(folder / "log") as children:
        callback = ["--redirect-uri", f"{url}/login/franceconnect/callback"]
        franceconnect = children.start_ready(
            "franceconnect", [*command, "sandbox", "franceconnect", *callback], plain_environment()
        )
        org = children.start_ready("salesforce", [*command, "sandbox", "salesforce"], plain_environment())
        place = trial(folder, url=url, org=org, franceconnect=franceconnect, database_url=database_url)
        settings = ["--port", str(port), "--workers", str(WORKERS), "--threads", str(THREADS)]
        children.start_ready("web", [*command, "web", *settings], place.environment)
        yield Place(url, dict(franceconnect), dict(org), place)


def _all_at_once(place: Place, logins: list[str]) -> list[str]:
    """Give what went wrong for each sign-in, nothing where all went well."""
    browsers = [CitizenBrowser() for _ in logins]
    together = Barrier(len(logins))

    def arrive(browser: CitizenBrowser, login: str) -> str:
        try:
            return browser.authorized(place.bridge_url, login)
        except (OSError, AssertionError) as error:
            return f"!{type(error).__name__}: {error}"

    def enter(browser: CitizenBrowser, callback: str) -> str:
        together.wait(_TIMEOUT_S)
        if callback.startswith("!"):
            return callback
        try:
            answer = browser.ask("GET", callback)
        except (OSError, AssertionError) as error:
            return f"{type(error).__name__}: {error}"
        return "" if answer.location == f"{place.bridge_url}/" else f"sent to {answer.location}"

    with ThreadPoolExecutor(_AT_THE_PAGES) as pages:
        callbacks = list(pages.map(arrive, browsers, logins))
    with ThreadPoolExecutor(len(logins)) as doors:
        return list(doors.map(enter, browsers, callbacks))


def citizens(number: int) -> list[Person]:
    """Give people with the names of France, none of whom could be taken for another."""
    names: set[str] = set()
    found = []
    for person in Town(read_frequencies(), SEED).people(3 * number + 50):
        name = person.identity.family_name or ""
        if (
            not person.kin
            and person.identity.is_complete
            and person.identity.birth_place
            and name not in names
        ):
            names.add(name)
            found.append(person)
    assert len(found) >= number, len(found)
    return found[:number]


def introduce(franceconnect: Mapping[str, Any], person: Person) -> str:
    """Make a citizen the stand-in FranceConnect knows; give their login."""
    identity, login = person.identity, f"foule-{person.number}"
    assert identity.birth_date
    assert identity.gender
    citizen = {
        "login": login,
        "family_name": identity.family_name,
        "given_names": list(identity.given_names),
        "gender": identity.gender.value,
        "birthdate": identity.birth_date.text,
        "birthplace": identity.birth_place,
        "birthcountry": identity.birth_country,
        "email": f"{login}@citoyens.example",
    }
    address = f"{franceconnect['url']}/sandbox/identities"
    answer = requests.post(address, json=citizen, timeout=_TIMEOUT_S)
    assert answer.ok, answer.text
    return login


def _contacts(place: Place) -> list[str]:
    """Give the birth name of every Contact of the org."""
    headers = {"Authorization": f"Bearer {place.org['access_token']}"}
    query = {"q": "SELECT FC_Birth_Name__c FROM Contact"}
    url = f"{place.org['instance_url']}/services/data/v62.0/query"
    answer = requests.get(url, params=query, headers=headers, timeout=_TIMEOUT_S).json()
    assert answer["done"], answer["totalSize"]
    return [record["FC_Birth_Name__c"] for record in answer["records"]]
