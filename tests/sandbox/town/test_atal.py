"""ATAL over SOAP, and the citizens who have a request in each of these systems."""

from __future__ import annotations

import requests

from tests.sandbox.town.calls import atal
from tests.sandbox.town.live import TIMEOUT_S, LiveTown


def test_atal_answers_faults_with_500_and_a_state_by_its_label(early: LiveTown) -> None:
    """An unknown operation or number, another type, a DOCTYPE: each has its answer."""
    known = next(iter(early.truth("atal")))
    good = atal(early, f"<retrieveDetailsDemande><codeDemande>{known}</codeDemande></retrieveDetailsDemande>")
    assert good.status_code == 200
    assert f"<ns:description>{early.truth('atal')[known]}</ns:description>" in good.text
    for body, code in (
        ("<retrieveDetailsDemande><codeDemande>X</codeDemande></retrieveDetailsDemande>", "soap:Server"),
        ("<supprimeDemande/>", "soap:Client"),
        ("<listeDemandes><modifieesDepuis>hier</modifieesDepuis></listeDemandes>", "soap:Client"),
    ):
        answer = atal(early, body)
        assert (answer.status_code, f"<faultcode>{code}</faultcode>" in answer.text) == (500, True)
    assert "DOCTYPE interdit" in atal(early, "<listeDemandes/>", before="<!DOCTYPE x>").text
    assert atal(early, "<listeDemandes/>", kind="application/json").status_code == 415
    wsdl = requests.get(f"{early.ready['atal_url']}?wsdl", timeout=TIMEOUT_S)
    assert b"wsdl:definitions" in wsdl.content


def test_the_same_citizens_have_requests_in_the_new_systems_too(early: LiveTown) -> None:
    """One person, several systems: what a citizen's page brings together."""
    early.live("2015-12-31")
    truth = early.get("/sandbox/truth").json()["systems"]
    for person in early.get("/sandbox/people").json():
        for system in ("publik", "hubee", "openads", "atal"):
            assert set(person["records"][system]) <= set(truth[system])
            assert person["records"][system] or person["mistaken_for"]
