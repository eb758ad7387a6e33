"""The town as a whole: its day, its people, its handles."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.town.people import NEAR_MISSES
from tests.sandbox.town.live import TIMEOUT_S, LiveTown

ENDS = {
    "dubois": {"urbanisme": "INCNOT", "etat_civil": "DONE", "demarches": "en_instruction"},
    "mercier": {"urbanisme": "NONOPP", "etat_civil": "ADD_AWAITING", "demarches": "accepte"},
    "martin": {"urbanisme": "INST", "etat_civil": "IN_PROGRESS", "demarches": "en_construction"},
}


@pytest.mark.parametrize("key", ENDS)
def test_each_test_citizen_has_one_request_in_each_system(town: LiveTown, key: str) -> None:
    """The three citizens exist from the first day and end the year in the status the tests rely on."""
    records = town.person(key)["records"]
    for day in ("2015-12-01", "2015-12-31"):
        town.live(day)
        for system in ENDS[key]:
            (number,) = records[system]
            assert number in town.truth(system)
    assert {system: town.truth(system)[records[system][0]] for system in ENDS[key]} == ENDS[key]


def test_something_happens_to_every_citizen_during_december(town: LiveTown) -> None:
    """Between the first and the last day each citizen has news in each system."""
    first = {system: town.truth(system) for system in ENDS["dubois"]}
    labels = town.get("/sandbox/truth").json()["systems"]["demarches"]
    town.live("2015-12-31")
    for key, ends in ENDS.items():
        for system, end in ends.items():
            (number,) = town.person(key)["records"][system]
            if (key, system) == ("martin", "demarches"):
                assert labels[number]["label"] == "en construction"
                now = town.get("/sandbox/truth").json()["systems"][system][number]
                assert (now["status"], now["label"]) == (end, "à corriger")
            else:
                assert first[system][number] != end


def test_martin_was_born_abroad(town: LiveTown) -> None:
    """He has a country and no birthplace, in the file as in his civil status."""
    martin = town.person("martin")
    assert (martin["birthplace"], martin["birthcountry"]) == ("", "99352")
    row = next(
        row
        for row in town.planning_rows("2015-12-01")
        if row["NUM_DOSSIER"] == martin["records"]["urbanisme"][0]
    )
    assert (row["LIEU_NAISS"], row["PAYS_NAISS"], row["DT_NAISS"]) == ("", "99352", "05/12/1963")


def test_the_missing_pieces_are_named(town: LiveTown) -> None:
    """An incomplete file says what is missing; it said nothing before."""
    number = town.person("dubois")["records"]["urbanisme"][0]
    missing = []
    for day in ("2015-12-01", "2015-12-10"):
        town.live(day)
        rows = {row["NUM_DOSSIER"]: row["PIECES_MANQUANTES"] for row in town.planning_rows(day)}
        missing.append(rows[number])
    assert missing[0] == ""
    assert missing[1]


def test_near_misses_have_requests_and_a_different_civil_status(town: LiveTown) -> None:
    """Each person who looks like a citizen owns requests and differs from them in one field at least."""
    fields = ("family_name", "given_name", "gender", "birthdate", "birthplace", "birthcountry")
    for near in NEAR_MISSES:
        person, citizen = town.person(near.key), town.person(near.mistaken_for)
        assert all(person["records"][system] for system in ENDS["dubois"])
        assert [person[field] for field in fields] != [citizen[field] for field in fields]


def test_nobody_else_has_a_citizens_civil_status(town: LiveTown) -> None:
    """Among all drawn residents no row equals a citizen's, so that one more link is always a wrong one."""
    town.live("2015-12-31")
    rows = [
        (row["NOM"], row["PRENOMS"], row["SEXE"], row["DT_NAISS"])
        for row in town.planning_rows("2015-12-31")
        if row["LIEU_NAISS"] or row["PAYS_NAISS"] != "99100"
    ]
    assert rows.count(("DUBOIS", "Angela, Claire, Louise", "F", "24/08/1962")) == 1
    assert rows.count(("MERCIER", "Pierre", "M", "17/03/1969")) == 1


def test_time_runs_forward_and_reset_brings_it_back(town: LiveTown) -> None:
    """An earlier day is refused; a reset empties the drop folder, the faults and the counts."""
    town.live("2015-12-03")
    town.get("/open311/v2/services.json")
    back = town.post("/sandbox/day", day="2015-12-02")
    assert (back.status_code, back.json()) == (
        400,
        {"error": "time runs forward here; POST /sandbox/reset to go back"},
    )
    assert town.get("/sandbox/stats").json() == {"day": "2015-12-03", "requests": {"voirie": 1}}
    town.post("/sandbox/faults", csv_utf8=True)
    assert town.post("/sandbox/reset", day="2015-11-20").json() == {"day": "2015-11-20"}
    assert town.get("/sandbox/stats").json()["requests"] == {}
    assert town.get("/sandbox/faults").json()["csv_utf8"]["value"] == 0
    names = {path.name for path in Path(town.ready["urbanisme_dir"]).iterdir()}
    assert names == {"URBA_20151120.csv", "URBA_20151120.csv.ok"}
    names = {path.name for path in Path(town.ready["actes_dir"]).iterdir()}
    assert names == {"ACTES_20151120.xml", "ACTES_20151120.xml.ok"}


def test_days_and_faults_that_do_not_exist_are_refused(town: LiveTown) -> None:
    """The handles say what is wrong instead of doing something else."""
    for path, body, words in (
        ("/sandbox/day", {"day": "31/12/2015"}, "day must be written YYYY-MM-DD"),
        ("/sandbox/day", {"day": "2017-01-01"}, "the town lives from 2015-01-01 to 2016-01-31"),
        ("/sandbox/faults", {"csv_on_fire": True}, "unknown fault 'csv_on_fire'"),
        ("/sandbox/faults", {"csv_utf8": "yes"}, "csv_utf8 takes true, false or a count"),
    ):
        refused = town.post(path, **body)
        assert (refused.status_code, refused.json()) == (400, {"error": words})


def test_the_page_shows_the_day_and_moves_it(town: LiveTown) -> None:
    """A person sees that this is no real service, and goes to the next day with one button."""
    page = town.get("/").text
    assert "Ceci n’est pas un vrai service" in page
    assert "01/12/2015" in page
    moved = town.session.post(f"{town.ready['url']}/sandbox/next", timeout=TIMEOUT_S)
    assert "02/12/2015" in moved.text


def test_the_town_starts_as_a_process_and_prints_its_ready_line(tmp_path: Path) -> None:
    """The serving loop gets an application and every address its callers need."""
    program = (
        "import functools, pathlib, sys\n"
        "from sandbox.serving import serve\n"
        "from sandbox.town.app import build\n"
        "serve(functools.partial(build, directory=pathlib.Path(sys.argv[1])))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            get = functools.partial(requests.get, timeout=TIMEOUT_S)
            assert get(f"{ready['voirie_url']}/services.json").status_code == 200
            assert get(f"{ready['url']}/sandbox/day").json() == {"day": ready["day"]}
        finally:
            process.terminate()
    assert set(ready) == {
        "url",
        "day",
        "urbanisme_dir",
        "actes_dir",
        "etat_civil_database_url",
        "demarches_url",
        "demarches_token",
        "demarches_number",
        "voirie_url",
        *(f"publik_{name}" for name in ("url", "user", "password", "caller", "secret")),
        *(f"hubee_{name}" for name in ("url", "token_url", "client_id", "client_secret")),
        *(f"platau_{name}" for name in ("url", "token_url", "client_id", "client_secret", "actor")),
        *(f"openads_{name}" for name in ("url", "user", "password", "numbers")),
        *(f"atal_{name}" for name in ("url", "wsdl", "user", "password")),
    }
