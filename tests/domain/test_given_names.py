"""Given names, row by row: the State gives a list, a town's record holds what people call each other."""

from __future__ import annotations

import pytest

from bridge.domain.given_names import given_names


@pytest.mark.parametrize(
    ("certified", "known", "reason"),
    [
        (("Angela", "Claire"), ("ANGÉLA", "CLAIRE"), "equal"),
        (("Jean-Pierre", "Paul"), ("Jean Pierre", "Paul"), "equal"),
        (("Angela", "Claire"), ("Angéla",), "shorter_list"),
        (("Angela",), ("Angela", "Claire"), "shorter_list"),
        (("Jean-Pierre", "Paul"), ("Jean", "Pierre"), "compound"),
        (("Jean-Pierre", "Paul"), ("Jeanpierre",), "compound"),
        (("Jean", "Pierre", "Paul"), ("Jean-Pierre",), "compound"),
        (("Angela", "Claire", "Louise"), ("Angela", "Louise"), "subset"),
        (("Angela", "Louise"), ("Angela", "Claire", "Louise"), "subset"),
        (("Angela", "Claire", "Louise"), ("Claire",), "usual_name"),
        (("Angela", "Claire", "Louise"), ("Louise",), "usual_name"),
        (("Marie", "Louise"), ("Marie",), "shared_first_name"),
        (("Mohamed",), ("Mohamed", "Amine"), "shared_first_name"),
        (("Marie",), ("Marie",), "equal"),
        (("Marie", "Louise", "Anne"), ("Marie", "Louise"), "shorter_list"),
        (("Marie-Louise", "Anne"), ("Marie-Louise",), "shorter_list"),
        (("Angela", "Claire"), ("A.",), "initial"),
        (("Angela", "Claire"), ("A", "Claire"), "initial"),
        (("Angela", "Claire", "Louise"), ("Claire", "Angela"), "reordered"),
        (("Angela", "Claire"), ("Claire", "Angela"), "reordered"),
        (("Jean-Pierre",), ("Jean",), "part_of_compound"),
        (("Jean",), ("Jean-Pierre",), "part_of_compound"),
        (("Angela", "Claire"), ("Angella",), "slip"),
        (("Louis",), ("Louise",), "slip"),
        (("Anna", "Claire"), ("ΑΝΝΑ",), "look_alike"),
        (("Angela", "Claire"), ("Angela", "Zoé"), "some_differ"),
        (("Angela", "Claire"), ("Zoé", "Claire"), "some_differ"),
        (("Angela", "Claire"), ("Zoé",), "different"),
        (("Paul",), ("Luc",), "different"),
        (("Angela",), (), "unknown"),
        (("Angela",), ("-",), "unknown"),
        ((), ("Angela",), "unknown"),
    ],
)
def test_lists(certified: tuple[str, ...], known: tuple[str, ...], reason: str) -> None:
    """Each way of holding a list has its reason."""
    assert given_names(certified, known).reason == f"given_names.{reason}"
