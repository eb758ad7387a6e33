"""A store full of requests, and one signed-in citizen who owns some of them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import requests

from bench.town import CITIZEN, write_extract
from bench.trial import Trial
from bridge.adapters.store.engine import create_store_engine
from bridge.domain.contact import IdentityLink, LinkMethod
from bridge.domain.identity import BirthDate, Gender, PivotIdentity
from bridge.usecases.ports import Session
from bridge.wiring import Services

_TIMEOUT_S = 20


def filled(place: Trial, cases: int, owned: int) -> str:
    """Read an extract into the store, sign the citizen in, and give the token of the session."""
    write_extract(place.planning_folder / "URBA_20150101.csv", cases, owned=owned)
    with place.services() as services:
        read = services.synchronise("urbanisme")
        assert (read.changed, read.error_code) == (cases, None), read
        token = signed_in(services, owned)
    _analyse(place.environment["BRIDGE_DATABASE_URL"])
    return token


def contact_in(org: Mapping[str, Any]) -> str:
    """Give the id of the citizen's Contact, made in the org."""
    made = requests.post(
        f"{org['url']}/services/data/v62.0/sobjects/Contact",
        json={"LastName": CITIZEN["NOM"], "FirstName": "Angela"},
        headers={"Authorization": f"Bearer {org['access_token']}"},
        timeout=_TIMEOUT_S,
    )
    made.raise_for_status()
    return str(made.json()["id"])


def _analyse(database_url: str) -> None:
    """Do now what autovacuum does within a minute: without statistics the first plans are guesses."""
    engine = create_store_engine(database_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def signed_in(services: Services, owned: int, contact_id: str = "003000000000001AAA") -> str:
    """Sign the citizen in, who has as many requests as `owned`; give the token of the session."""
    now = services.clock.now()
    token = secrets.token_urlsafe(32)
    keys = services.absorb.pseudonyms.link_keys(_identity())
    link = IdentityLink(
        id="l_bench",
        person_id="p_bench",
        subject_hash="v1:bench",
        contact_id=contact_id,
        method=LinkMethod.CREATED,
        author="rule",
        linked_at=now,
        acr="eidas1",
    )
    with services.store.begin() as tx:
        tx.links.add(link, "v1:bench", keys)
        attached = tx.cases.attach_by_person_keys(link, keys, now)
        tx.sign_ins.open_session(
            Session("s_bench", link.id, link.subject_hash, "franceconnect", "Angela", "eidas1", now),
            token,
            "",
            now,
        )
    assert attached == owned, attached
    return token


def _identity() -> PivotIdentity:
    return PivotIdentity(
        family_name=CITIZEN["NOM"],
        given_names=tuple(CITIZEN["PRENOMS"].split(", ")),
        birth_date=BirthDate(datetime.strptime(CITIZEN["DT_NAISS"], "%d/%m/%Y").date().isoformat()),  # noqa: DTZ007 - a day has no zone
        gender=Gender.FEMALE,
        birth_place=CITIZEN["LIEU_NAISS"],
        birth_country=CITIZEN["PAYS_NAISS"],
    )
