"""Rows F80 to F82 of the fault table: keys that rotate, codes that come twice, browsers that get lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from structlog.testing import capture_logs

from bridge.adapters.store.tables import identity_links
from tests.servers.franceconnect import TIMEOUT_S
from tests.servers.provider import RunningProvider, running_provider
from tests.servers.relying_party import answer_of, said


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """One running bridge for the module."""
    with running_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


def verifies(provider: RunningProvider, token: str) -> bool:
    """Tell whether a relying party that reads the published keys now takes this token."""
    keys = requests.get(f"{provider.url}/oauth2/jwks", timeout=TIMEOUT_S).json()
    try:
        jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
    except (JoseError, ValueError):
        return False
    return True


def test_f80_our_key_rotates_while_the_portal_holds_a_code(provider: RunningProvider) -> None:
    """Tokens signed before and after are both good, for 24 hours and no longer."""
    client, citizen = provider.client(), provider.citizen()
    before = provider.tokens(citizen, client)
    code = provider.code(citizen, client)
    kid = provider.services.provider.signer.rotate()
    after = provider.redeemed(client, code).json()
    assert said(after["id_token"])[0]["kid"] == kid != said(before["id_token"])[0]["kid"]
    assert provider.userinfo(before["access_token"]).status_code == 200
    assert provider.userinfo(after["access_token"]).status_code == 200
    assert verifies(provider, before["id_token"])
    assert verifies(provider, after["id_token"])
    provider.clock.move(timedelta(hours=23, minutes=59))
    assert verifies(provider, before["id_token"])
    provider.clock.move(timedelta(minutes=1))
    assert not verifies(provider, before["id_token"])
    assert verifies(provider, after["id_token"])


def test_f80_a_key_known_to_others_is_withdrawn_at_once(provider: RunningProvider) -> None:
    """What it signed is void, whoever signed it."""
    client, citizen = provider.client(), provider.citizen()
    tokens = provider.tokens(citizen, client)
    provider.services.provider.signer.rotate(withdraw_old=True)
    assert not verifies(provider, tokens["id_token"])
    assert provider.userinfo(tokens["access_token"]).status_code == 401
    renewed = provider.refreshed(client, tokens["refresh_token"]).json()
    assert provider.userinfo(renewed["access_token"]).status_code == 200


def test_f81_the_portal_redeems_a_code_again_after_a_timeout(provider: RunningProvider) -> None:
    """The second attempt is refused and counted, the first one's tokens end; the citizen comes again."""
    client, citizen = provider.client(), provider.citizen()
    code = provider.code(citizen, client)
    lost = provider.redeemed(client, code).json()
    with capture_logs() as events:
        again = provider.redeemed(client, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    (event,) = [event for event in events if event["event"] == "grant refused"]
    assert (event["because"], event["client"]) == ("reused", client.id)
    assert provider.userinfo(lost["access_token"]).status_code == 401
    anew = provider.tokens(citizen, client)
    assert provider.userinfo(anew["access_token"]).status_code == 200


def test_f82_the_browser_is_lost_between_the_contact_and_the_portal(provider: RunningProvider) -> None:
    """The Contact was made, the redirect never arrived: the next sign-in finds both Contact and link."""
    client, lost = provider.client(), requests.Session()
    sent = provider.authorize(lost, client)
    away = provider.get(lost, sent.headers["Location"])
    callback = provider.stand_in.answered(lost, away.headers["Location"], "sans_nom_dusage")
    assert provider.get(lost, callback).status_code == 303
    browser = requests.Session()
    answer = provider.through_franceconnect(browser, provider.authorize(browser, client), "sans_nom_dusage")
    told = provider.userinfo(
        provider.redeemed(client, answer_of(answer)["code"]).json()["access_token"]
    ).json()
    with provider.engine.connect() as connection:
        links = connection.execute(identity_links.select().where(identity_links.c.person_id == told["sub"]))
        assert [link.contact_id for link in links] == [told["contact_id"]]
    assert len(provider.contacts.contacts) == 1
