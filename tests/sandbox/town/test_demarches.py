"""The procedures' platform: pages by cursor, refusals, deletions."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
import requests

from tests.sandbox.town.live import TIMEOUT_S, Answer, LiveTown

SINCE = "2015-01-01T00:00:00Z"
PAGE = """
query($first: Int, $last: Int, $after: String, $before: String, $since: ISO8601DateTime, $order: Order,
      $created: ISO8601DateTime, $state: DossierState, $archived: Boolean) {
  demarche(number: 90001) {
    dossiers(first: $first, last: $last, after: $after, before: $before, updatedSince: $since,
             createdSince: $created, order: $order, state: $state, archived: $archived) {
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
      edges { cursor node { number } }
      nodes { number state dateDepot dateDerniereModification dateDerniereCorrectionEnAttente }
    }
  }
}
"""


def _page(town: LiveTown, **variables: object) -> dict[str, Any]:
    answer = town.graphql(PAGE, **variables).json()
    assert "errors" not in answer
    page: dict[str, Any] = answer["data"]["demarche"]["dossiers"]
    return page


def _numbers(page: dict[str, Any]) -> list[int]:
    return [node["number"] for node in page["nodes"]]


def _walk(town: LiveTown, size: int, **variables: object) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    after = None
    while True:
        page = _page(town, first=size, after=after, **variables)
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


def _error(answer: Answer) -> tuple[int, str, str]:
    error = answer.json()["errors"][0]
    return answer.status_code, error["extensions"]["code"], error["message"]


def _raw(town: LiveTown, body: object, token: str | None = None) -> Answer:
    headers = {"Authorization": token} if token else {}
    return requests.post(town.ready["demarches_url"], json=body, headers=headers, timeout=TIMEOUT_S)


def test_a_walk_reads_every_file_once(town: LiveTown) -> None:
    """Whatever the page size, the walk gives the truth, without a skip or a repeat on equal times."""
    for day in ("2015-12-01", "2015-12-31"):
        town.live(day)
        for size in (7, 100):
            nodes = _walk(town, size, since=SINCE)
            assert len({node["number"] for node in nodes}) == len(nodes)
            assert {str(node["number"]): node["state"] for node in nodes} == town.truth("demarches")
    updates = [node["dateDerniereModification"] for node in nodes]
    assert len(set(updates)) < len(updates)


def test_order_depends_on_updated_since(town: LiveTown) -> None:
    """By modification when updatedSince is given, which wins over createdSince; else by deposit."""
    by_update = _walk(town, 100, since=SINCE, created="2015-12-01T00:00:00Z")
    by_deposit = _walk(town, 100)
    updates = [datetime.fromisoformat(n["dateDerniereModification"]) for n in by_update]
    assert updates == sorted(updates)
    deposits = [datetime.fromisoformat(n["dateDepot"]) for n in by_deposit]
    assert deposits == sorted(deposits)
    assert len(by_update) == len(by_deposit) > len(_walk(town, 100, created="2015-11-20T00:00:00Z"))


def test_pages_are_capped_at_one_hundred(town: LiveTown) -> None:
    """Asking for more, or for nothing in particular, gives a hundred and says there is more."""
    for arguments in ({"first": 500}, {}):
        page = _page(town, **arguments)
        assert len(page["nodes"]) == 100
        assert page["pageInfo"]["hasNextPage"]


def test_a_cursor_is_a_moment_in_nanoseconds_and_a_number(town: LiveTown) -> None:
    """The cursor decodes to the platform's own form, and the last one of a page is endCursor."""
    page = _page(town, first=3, since=SINCE)
    cursors = [edge["cursor"] for edge in page["edges"]]
    assert (page["pageInfo"]["startCursor"], page["pageInfo"]["endCursor"]) == (cursors[0], cursors[-1])
    stamp, number = urlsafe_b64decode(cursors[0] + "==").decode().split(";")
    assert int(number) == page["nodes"][0]["number"]
    assert len(stamp) == len("2015-12-01T10:00:00.123456789Z")


def test_an_empty_page_has_no_end_cursor(town: LiveTown) -> None:
    """Past the last file the page is empty, its cursors null; and changes come after the old cursor."""
    end = None
    while (page := _page(town, first=100, after=end, since=SINCE))["nodes"]:
        end = page["pageInfo"]["endCursor"]
    assert page["pageInfo"] == {
        "startCursor": None,
        "endCursor": None,
        "hasNextPage": False,
        "hasPreviousPage": True,
    }
    before = town.truth("demarches")
    town.live("2015-12-02")
    changed = {str(number) for number in _numbers(_page(town, after=end, since=SINCE))}
    now = town.truth("demarches")
    assert {number for number in now if now[number] != before.get(number)} <= changed


def test_pages_can_be_read_from_the_end(town: LiveTown) -> None:
    """last, before and the deprecated DESC order behave as on the platform."""
    everything = [node["number"] for node in _walk(town, 100)]
    tail = _page(town, last=2)
    assert _numbers(tail) == everything[-2:]
    assert (tail["pageInfo"]["hasNextPage"], tail["pageInfo"]["hasPreviousPage"]) == (False, True)
    earlier = _page(town, last=2, before=tail["pageInfo"]["startCursor"])
    assert _numbers(earlier) == everything[-4:-2]
    assert earlier["pageInfo"]["hasNextPage"] is True
    descending = _page(town, first=2, order="DESC")
    assert _numbers(descending) == everything[:-3:-1]
    following = _page(town, first=2, order="DESC", after=descending["pageInfo"]["endCursor"])
    assert _numbers(following) == everything[-3:-5:-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"first": 1, "last": 1}, 'Arguments "first" and "last" are exclusive'),
        ({"before": "a", "after": "b"}, 'Arguments "before" and "after" are exclusive'),
        ({"first": -1}, 'Argument "first" must be a non-negative integer'),
        ({"last": 1, "order": "DESC"}, 'Argument "last" is not supported with order "desc"'),
    ],
)
def test_contradictory_arguments_are_root_errors(
    town: LiveTown, arguments: dict[str, object], message: str
) -> None:
    """The refusal comes inside HTTP 200, with the code bad_request and no data."""
    answer = town.graphql(PAGE, **arguments)
    assert _error(answer) == (200, "bad_request", message)
    assert answer.json()["data"] is None


def test_a_broken_cursor_is_refused(town: LiveTown) -> None:
    """Base64 of no date is HTTP 400; what is not base64 is an error inside HTTP 200."""
    assert _error(town.graphql(PAGE, after="bm9wZQ"))[:2] == (400, "bad_request")
    assert town.graphql(PAGE, after="é").json()["errors"][0]["message"] == 'Invalid input: "é"'


def test_filters_by_state_and_archive(town: LiveTown) -> None:
    """Only files in that state are given; none is archived."""
    states = {node["state"] for node in _walk(town, 100, state="en_instruction")}
    assert states == {"en_instruction"}
    assert _walk(town, 100, archived=True) == []


def test_a_correction_is_asked_then_made(town: LiveTown) -> None:
    """A pending correction shows its date and reason, and stops showing once the citizen has answered."""
    town.live("2015-12-31")
    query = """{ demarche(number: 90001) { dossiers { nodes {
        number state dateDerniereCorrectionEnAttente traitements { event }
        messages { correction { reason dateResolution } } } } } }"""
    nodes = town.graphql(query).json()["data"]["demarche"]["dossiers"]["nodes"]
    pending = [node for node in nodes if node["dateDerniereCorrectionEnAttente"]]
    corrected = [n for n in nodes if {"event": "depose_correction_usager"} in n["traitements"]]
    assert pending
    assert corrected
    assert {node["state"] for node in pending} == {"en_construction"}
    assert all(n["messages"][-1]["correction"]["dateResolution"] is None for n in pending)
    assert all(n["messages"][-1]["correction"]["dateResolution"] for n in corrected)


def test_a_decision_can_be_taken_back(town: LiveTown) -> None:
    """Some accepted file returns to instruction: its state moves backwards and its history says so."""
    seen: dict[str, list[str]] = {}
    for day in range(1, 32):
        town.live(f"2015-12-{day:02d}")
        for number, state in town.truth("demarches").items():
            seen.setdefault(number, []).append(state)
    back = [n for n, states in seen.items() if ("accepte", "en_instruction") in pairwise(states)]
    assert back
    query = "query($n: Int!) { dossier(number: $n) { traitements { event } } }"
    events = town.graphql(query, n=int(back[0])).json()["data"]["dossier"]["traitements"]
    assert {"event": "repasse_en_instruction"} in events


def test_deleted_files_leave_the_list_then_disappear_for_good(town: LiveTown) -> None:
    """A file deleted by its author is pending for two weeks, then deleted, with its reason, and not found."""
    town.live("2015-12-31")
    query = """{ demarche(number: 90001) {
        pending: pendingDeletedDossiers { nodes { ...Gone } } deletedDossiers { nodes { ...Gone } } } }
        fragment Gone on DeletedDossier { number state reason dateSupression }"""
    lists = town.graphql(query).json()["data"]["demarche"]
    pending, deleted = lists["pending"]["nodes"], lists["deletedDossiers"]["nodes"]
    assert {str(node["number"]): node["reason"] for node in pending + deleted} == town.gone("demarches")
    assert {node["reason"] for node in pending + deleted} == {"user_request", "instructeur_request"}
    assert [n["dateSupression"] for n in deleted] == sorted(n["dateSupression"] for n in deleted)
    gone = town.graphql("query($n: Int!) { dossier(number: $n) { id } }", n=deleted[0]["number"])
    assert _error(gone) == (200, "not_found", "Dossier not found")


def test_the_applicant_carries_a_civil_status(town: LiveTown) -> None:
    """Given names come in one string; the birthplace is an INSEE code, the country an ISO code."""
    query = """query($n: Int!) { dossier(number: $n) {
        demandeur { ... on PersonnePhysique { civilite nom prenom dateDeNaissance } }
        champs { label ... on CommuneChamp { commune { name code } }
                 ... on PaysChamp { pays { name code } } } } }"""
    dossiers = {}
    for key in ("dubois", "martin"):
        number = int(town.person(key)["records"]["demarches"][0])
        dossiers[key] = town.graphql(query, n=number).json()["data"]["dossier"]
    assert dossiers["dubois"]["demandeur"] == {
        "civilite": "Mme",
        "nom": "DUBOIS",
        "prenom": "Angela Claire Louise",
        "dateDeNaissance": "1962-08-24",
    }
    assert dossiers["dubois"]["champs"][:2] == [
        {"label": "Commune de naissance", "commune": {"name": "Paris 7e Arrondissement", "code": "75107"}},
        {"label": "Pays de naissance", "pays": {"name": "France", "code": "FR"}},
    ]
    assert dossiers["martin"]["champs"][:2] == [
        {"label": "Commune de naissance", "commune": None},
        {"label": "Pays de naissance", "pays": {"name": "Algérie", "code": "DZ"}},
    ]


def test_requests_that_are_no_graphql_are_http_400(town: LiveTown) -> None:
    """A syntax error and a body that is not JSON have each their code."""
    assert _error(town.graphql("{ demarche("))[:2] == (400, "graphql_parse_failed")
    assert _error(_raw(town, "text"))[:2] == (400, "bad_request")


def test_without_a_token_only_stored_queries_pass(town: LiveTown) -> None:
    """A free query is 403; a stored one runs but sees nothing."""
    free = _raw(town, {"query": "{ demarche(number: 90001) { id } }"}, "Bearer wrong")
    assert _error(free) == (403, "forbidden", "Without a token, only persisted queries are allowed")
    stored = {
        "queryId": "ds-query-v2",
        "operationName": "getDemarche",
        "variables": {"demarcheNumber": 90001},
    }
    hidden = "An object of type Demarche was hidden due to permissions"
    assert _error(_raw(town, stored)) == (200, "unauthorized", hidden)
    assert _error(_raw(town, {"queryId": "none"}))[:2] == (500, "internal_server_error")


def test_the_stored_query_reads_a_page(town: LiveTown) -> None:
    """ds-query-v2 gives files to a token, in either form of the header."""
    variables = {"demarcheNumber": 90001, "includeDossiers": True, "first": 1}
    body = {"queryId": "ds-query-v2", "operationName": "getDemarche", "variables": variables}
    for form in ("Bearer {}", "Bearer token={}"):
        answer = _raw(town, body, form.format(town.ready["demarches_token"])).json()
        assert len(answer["data"]["demarche"]["dossiers"]["nodes"]) == 1


def test_an_unknown_procedure_is_not_found(town: LiveTown) -> None:
    """The error comes inside HTTP 200."""
    answer = town.graphql("{ demarche(number: 1) { id } }")
    assert _error(answer) == (200, "not_found", "Demarche not found")


def test_faults_of_the_platform(town: LiveTown) -> None:
    """Throttling, an expired token, a forbidden network and an error on one page can be switched on."""
    town.post("/sandbox/faults", graphql_429=1)
    throttled = town.graphql(PAGE)
    assert throttled.status_code == 429
    assert throttled.headers["Content-Type"].startswith("text/plain")
    assert {"Retry-After", "RateLimit-Remaining", "RateLimit-Reset"} <= set(throttled.headers)
    town.post("/sandbox/faults", graphql_token_expired=True)
    assert _error(town.graphql(PAGE)) == (401, "unauthorized", "Token expired")
    town.post("/sandbox/faults", graphql_token_expired=False, graphql_forbidden_network=True)
    assert _error(town.graphql(PAGE))[:2] == (403, "forbidden")
    town.post("/sandbox/faults", graphql_forbidden_network=False, graphql_error_page=2)
    first = _page(town, first=10, since=SINCE)
    broken = town.graphql(PAGE, first=10, since=SINCE, after=first["pageInfo"]["endCursor"])
    assert _error(broken)[:2] == (200, "timeout")
