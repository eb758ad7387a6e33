"""PLAT'AU and openADS: each with its own habits, refused in its own words."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.town.calls import openads, platau, said
from tests.sandbox.town.live import TIMEOUT_S, LiveTown


def test_platau_counts_pages_from_zero_and_ignores_the_size_on_some_routes(early: LiveTown) -> None:
    """Seven searches honour the size, the others have their own; a page too large brings the hub down."""
    hub, body = platau(early), {"criteresSurDossiers": dict[str, str]()}
    search = f"{early.ready['platau_url']}/dossiers/recherche"
    size = {"nbElementsParPage": 10}
    pages = [said(hub, "POST", search, json=body, params={"numeroPage": n, **size})[1] for n in (0, 1)]
    assert [len(page["resultats"]) for page in pages] == [10, 10]
    assert pages[0]["nombrePages"] == -(-len(early.truth("platau")) // 10)
    actors = f"{early.ready['platau_url']}/acteurs/recherche"
    assert len(said(hub, "POST", actors, json={}, params={"nbElementsParPage": 1})[1]["resultats"]) > 1
    assert said(hub, "POST", search, json=body, params={"nbElementsParPage": 501})[0] == 500
    assert said(hub, "POST", search, json={"autre": 1})[0] == 400
    assert said(hub, "POST", search, json=body, params={"colonneTri": "NOM"})[0] == 400


def test_platau_numbers_its_notifications_and_keeps_versions(early: LiveTown) -> None:
    """Offsets only grow; a consultation is taken into account under its present version alone."""
    url, hub = early.ready["platau_url"], platau(early)
    log = said(hub, "GET", f"{url}/notifications", params={"offset": 4})[1]["notifications"]
    assert [entry["offset"] for entry in log[:3]] == [4, 5, 6]
    body: dict[str, Any] = {"criteresSurConsultations": {"nomEtatConsultation": [1]}}
    early.live("2015-06-20")
    found = said(hub, "POST", f"{url}/consultations/recherche", json=body)[1]["resultats"]
    asked = next(
        c for r in found for c in r["dossier"]["consultations"] if c["nomEtatConsultation"]["idNom"] == 1
    )
    for version, status in ((9, 409), (asked["noVersion"], 200)):
        taken = [{"consultations": [{"idConsultation": asked["idConsultation"], "noVersion": version}]}]
        assert said(hub, "POST", f"{url}/pecMetier/consultations", json=taken)[0] == status
    assert said(hub, "GET", f"{url}/healthcheck")[1] == {"etatGeneral": True, "etatBdd": True}
    hub.headers["Id-Acteur-Appelant"] = "autre"
    assert said(hub, "GET", f"{url}/notifications")[0] == 403


def test_openads_answers_every_field_and_has_no_list(early: LiveTown) -> None:
    """Empty texts, "true" and "false", ISO dates on read, and an unknown number in its own three fields."""
    number = next(iter(early.truth("openads")))
    found = openads(early, f"dossier_instructions/{number}").json()
    assert {found["enjeu_urba"], found["dossier_autorisation_geolocalise"]} == {"true", "false"}
    assert found["terrain_superficie"] == ""
    assert "" in {found["date_decision"], found["date_limite_instruction"]}
    assert openads(early, f"dossier_autorisations/{number[:-2]}").json()["dossier_instructions"] == [number]
    assert openads(early, "dossier_instructions").status_code == 404
    unknown = openads(early, "dossier_instructions/PC0000000000000P0")
    assert set(unknown.json()) == {"http_code", "http_code_message", "message"}
    assert unknown.status_code == 404
    nobody = requests.get(f"{early.ready['openads_url']}/dossier_instructions/{number}", timeout=TIMEOUT_S)
    assert nobody.status_code == 401


@pytest.mark.parametrize(("day", "status"), [("15/06/2015", 200), ("2015-06-15", 400), ("31/02/2015", 400)])
def test_openads_wants_french_dates_on_write(early: LiveTown, day: str, status: int) -> None:
    """It reads dd/mm/yyyy and writes ISO: one API, two ways."""
    body = {"date_retour": day, "avis": "Favorable"}
    assert openads(early, "consultations/12", method="PUT", json=body).status_code == status
