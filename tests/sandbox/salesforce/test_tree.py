"""Records with their children in one call."""

from __future__ import annotations

from tests.sandbox.salesforce.wire import Json, Wire, refusal


def contact(reference: str, *cases: Json, **values: Json) -> Json:
    """A Contact of a tree, with its Cases."""
    made: Json = {"attributes": {"type": "Contact", "referenceId": reference}, **values}
    return {**made, "Cases": {"records": list(cases)}} if cases else made


def case(reference: str, **values: Json) -> Json:
    """A Case of a tree."""
    return {"attributes": {"type": "Case", "referenceId": reference}, **values}


def test_children_point_to_their_parent(wire: Wire) -> None:
    """201, an id for each reference."""
    body = {"records": [contact("p", case("c1", Subject="One"), case("c2", Subject="Two"), LastName="A")]}
    answer = wire.post("composite/tree/Contact", body)
    assert answer.status_code == 201
    ids = {result["referenceId"]: result["id"] for result in answer.json()["results"]}
    assert set(ids) == {"p", "c1", "c2"}
    assert {row["ContactId"] for row in wire.rows("SELECT ContactId FROM Case")} == {ids["p"]}


def test_one_refusal_leaves_nothing_behind(wire: Wire) -> None:
    """400, naming the reference that was refused."""
    body = {"records": [contact("p", case("c1", Nonsense="x"), LastName="A"), contact("q", LastName="B")]}
    answer = wire.post("composite/tree/Contact", body)
    assert (answer.status_code, answer.json()["hasErrors"]) == (400, True)
    (refused,) = answer.json()["results"]
    assert (refused["referenceId"], refused["errors"][0]["statusCode"]) == ("c1", "INVALID_FIELD")
    assert wire.rows("SELECT Id FROM Contact") == []


def test_trees_that_cannot_be_read(wire: Wire) -> None:
    """A reference missing or given twice, another type, too many records."""
    twice = {"records": [contact("p", LastName="A"), contact("p", LastName="B")]}
    other = {"records": [case("c")]}
    many = {"records": [contact(f"r{n}", LastName="A") for n in range(201)]}
    bare = {"records": [{"attributes": {"type": "Contact"}, "LastName": "A"}]}
    codes = [refusal(wire.post("composite/tree/Contact", body))[1] for body in (twice, other, many, bare)]
    assert codes == ["INVALID_INPUT", "INVALID_INPUT", "LIMIT_EXCEEDED", "INVALID_INPUT"]
