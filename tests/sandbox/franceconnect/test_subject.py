"""The pairwise identifier."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.franceconnect.driving import CALLBACK, StandIn


def sub(fc: StandIn, login: str = "test", **client: str) -> str:
    """The sub of a whole sign-in, for one service."""
    changes = {"client_id": client["client_id"]} if client else {}
    tokens = fc.exchange(fc.sign_in(login, **changes)["code"], **client).json()
    return str(fc.verified(tokens["id_token"]).claims["sub"])


def register(fc: StandIn, client_id: str, **members: Any) -> dict[str, str]:
    client = {"client_id": client_id, "client_secret": "s" * 64}
    fc.order("clients", **client, redirect_uris=[CALLBACK], **members)
    return client


def test_sub_is_stable(fc: StandIn) -> None:
    """The same citizen has the same sub at each sign-in, and another citizen another one."""
    assert sub(fc) == sub(fc)
    assert sub(fc) != sub(fc, "sans_nom_dusage")


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"family_name": "DUBOÎS"}, False),
        ({"given_names": ["Angela", "Claire"]}, False),
        ({"birthdate": "1962-08-25"}, False),
        ({"gender": "male"}, False),
        ({"birthplace": "75108"}, False),
        ({"email": "autre@citoyens.example"}, True),
        ({"preferred_username": "MARTIN"}, True),
    ],
)
def test_sub_follows_the_civil_status(fc: StandIn, changes: dict[str, Any], same: bool) -> None:
    """A corrected pivot field gives a new sub; a new address or usage name does not."""
    before = sub(fc)
    fc.order("identities", login="test", **changes)
    assert (sub(fc) == before) is same


def test_sub_depends_on_the_entity_alone(fc: StandIn) -> None:
    """Two services of one entity share a sub; a service of another entity gets another one."""
    one = register(fc, "ville-a", entity_id="issy")
    two = register(fc, "ville-b", entity_id="issy")
    other = register(fc, "ailleurs")
    assert sub(fc, **one) == sub(fc, **two)
    assert sub(fc, **one) != sub(fc, **other)
