"""Our client of ProConnect: what it asks, what it accepts, and one fault at a time what it refuses."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey

from bridge.adapters.proconnect.client import ProConnect
from bridge.adapters.proconnect.config import LEVELS, ProConnectConfig
from bridge.errors import AssuranceError, BridgeError, ConfigurationError, PermanentError, TransientError
from tests.fakes.clock import FakeClock
from tests.servers.forged_franceconnect import CLIENT_ID, CLIENT_SECRET, NONCE, SUBJECT, Answer, forged
from tests.servers.forged_proconnect import AGENT, ForgedProConnect

VERIFIER = "v" * 64
OURS = CLIENT_ID


def refusal(provider: ProConnect, nonce: str = NONCE) -> BridgeError:
    """Give the error a sign-in ends with."""
    with pytest.raises(BridgeError) as caught:
        provider.identify("code", nonce, VERIFIER)
    return caught.value


def test_the_right_answer_is_accepted(provider: ProConnect, forger: ForgedProConnect) -> None:
    """Without this, every refusal below could be refused for another reason."""
    agent, id_token = provider.identify("code", NONCE, VERIFIER)
    assert (agent.subject, agent.issuer) == (SUBJECT, forger.issuer)
    assert (agent.email, agent.siret) == (AGENT["email"], AGENT["siret"])
    assert agent.display_name == "Léa Martin"
    assert id_token.count(".") == 2


def test_the_button_asks_what_proconnect_lists_and_proves_with_pkce(
    provider: ProConnect, config: ProConnectConfig, forger: ForgedProConnect
) -> None:
    """The challenge travels, the verifier never does."""
    url = provider.authorization_url("s" * 64, NONCE, VERIFIER)
    assert url.startswith(f"{forger.issuer}/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    digest = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": config.redirect_uri,
        "scope": "openid given_name usual_name email uid siret",
        "state": "s" * 64,
        "nonce": NONCE,
        "acr_values": "eidas1",
        "code_challenge": digest,
        "code_challenge_method": "S256",
    }
    assert VERIFIER not in url


def test_another_account_can_be_asked_for(provider: ProConnect) -> None:
    """ProConnect keeps a session of its own: without this, a refused account would come back by itself."""
    url = provider.authorization_url("s" * 64, NONCE, VERIFIER, another_account=True)
    assert parse_qs(urlsplit(url).query)["prompt"] == ["login"]


def test_the_exchange_brings_the_verifier_and_the_secret_in_the_form(
    provider: ProConnect, config: ProConnectConfig, forger: ForgedProConnect
) -> None:
    """One exchange, by `client_secret_post`."""
    provider.identify("code", NONCE, VERIFIER)
    assert forger.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code",
            "redirect_uri": config.redirect_uri,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "code_verifier": VERIFIER,
        }
    ]


def test_leaving_names_hint_state_and_return(provider: ProConnect, config: ProConnectConfig) -> None:
    """The three parameters of `/session/end`."""
    address = urlsplit(provider.logout_url("hint", "out"))
    assert address.path == "/api/v2/session/end"
    assert parse_qs(address.query) == {
        "id_token_hint": ["hint"],
        "state": ["out"],
        "post_logout_redirect_uri": [config.post_logout_redirect_uri],
    }


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://autre.test/api/v2"}, "login.issuer"),
        ({"aud": "evil"}, "login.audience"),
        ({"aud": ["evil", OURS], "azp": OURS}, "login.audience"),
        ({"nonce": None}, "login.nonce"),
        ({"nonce": "77" * 32}, "login.nonce"),
        ({"exp": 1}, "login.expired"),
        ({"exp": 4_000_000_000}, "login.expired"),
        ({"iat": 1}, "login.issued_at"),
        ({"sub": ""}, "login.subject"),
        ({"acr": None}, "login.acr"),
        ({"acr": "eidas0-mfa"}, "login.acr"),
        ({"acr": "https://proconnect.gouv.fr/assurance/self-asserted-2fa"}, "login.acr"),
        ({"acr": "https://proconnect.gouv.fr/assurance/certification-dirigeant"}, "login.acr"),
    ],
)
def test_one_wrong_claim_of_the_id_token_is_enough(
    provider: ProConnect, forger: ForgedProConnect, changes: dict[str, Any], code: str
) -> None:
    """The rules are FranceConnect's own, here under ProConnect's registration."""
    forger.send(forged(forger.claims(**changes), forger.key))
    assert refusal(provider).code == code


def test_right_in_every_claim_and_signed_with_the_wrong_key_is_refused(
    provider: ProConnect, forger: ForgedProConnect
) -> None:
    """On the ID token and on the identity alike (A15, A25)."""
    stranger = ECKey.generate_key("P-256")
    forger.send(forged(forger.claims(), stranger))
    assert refusal(provider).code == "login.signature"
    forger.send(userinfo=forged(forger.identity(), stranger))
    assert refusal(provider).code == "login.userinfo"


def test_our_own_secret_signs_nothing(provider: ProConnect, forger: ForgedProConnect) -> None:
    """ProConnect lists HS256 for those who registered it; we did not (A12)."""
    secret = OctKey.import_key(CLIENT_SECRET)
    forger.send(forged(forger.claims(), secret, {"alg": "HS256"}))
    assert refusal(provider).code == "login.alg"
    forger.send(userinfo=forged(forger.identity(), secret, {"alg": "HS256"}))
    assert refusal(provider).code == "login.userinfo"


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "b2" * 32},
        {"sub": None},
        {"iss": "https://autre.test"},
        {"aud": "evil"},
        {"exp": 1},
        {"email": None},
        {"email": "not an address"},
        {"email": ["lea.martin@issy.example"]},
        {"siret": None},
        {"siret": "2192004090001"},
        {"siret": "2192004090001５"},
        {"siret": 21920040900015},
        {"usual_name": None},
        {"usual_name": None, "family_name": "Martin"},
        {"given_name": "<script>"},
    ],
)
def test_an_identity_that_is_not_whole_or_not_ours_is_refused(
    provider: ProConnect, forger: ForgedProConnect, changes: dict[str, Any]
) -> None:
    """Nobody enters on half an identity, or without an employer (A24 to A26)."""
    forger.send(userinfo=forged(forger.identity(**changes), forger.key))
    assert refusal(provider).code == "login.userinfo"


def test_plain_json_is_no_identity(provider: ProConnect, forger: ForgedProConnect) -> None:
    """It was signed by nobody (A25)."""
    forger.answers["/userinfo"] = Answer(json.dumps(forger.identity()), "application/json")
    assert refusal(provider).code == "login.userinfo"


def test_a_token_may_live_an_hour(provider: ProConnect, forger: ForgedProConnect) -> None:
    """ProConnect's code sets no life of its ID token, so that of its library holds."""
    hour_s = forger.claims()["iat"] + 3_600
    forger.send(forged(forger.claims(exp=hour_s), forger.key))
    assert provider.identify("code", NONCE, VERIFIER)[0].subject == SUBJECT
    forger.send(forged(forger.claims(exp=hour_s + 61), forger.key))
    assert refusal(provider).code == "login.expired"


@pytest.mark.parametrize("level", LEVELS)
def test_a22_each_level_meets_those_it_covers_and_no_other(
    config: ProConnectConfig, clock: FakeClock, forger: ForgedProConnect, level: str
) -> None:
    """A level asked is a preference there, so it is compared here."""
    for asked in LEVELS:
        forger.send(forged(forger.claims(acr=level), forger.key))
        provider = ProConnect(replace(config, acr=asked), clock)
        if LEVELS[level] >= LEVELS[asked]:
            provider.identify("code", NONCE, VERIFIER)
        else:
            assert isinstance(refusal(provider), AssuranceError)


KINDS = {"login.unavailable": TransientError, "login.provider": PermanentError}


@pytest.mark.parametrize(
    ("endpoint", "answer", "code"),
    [
        ("/.well-known/openid-configuration", Answer(status=503), "login.unavailable"),
        ("/.well-known/openid-configuration", Answer("{}"), "login.provider"),
        ("/token", Answer('{"error":"invalid_client"}', status=401), "login.provider"),
        ("/token", Answer("oops", status=500), "login.unavailable"),
        ("/userinfo", Answer("oops", status=503), "login.unavailable"),
        ("/jwks", Answer('{"keys":[]}'), "login.unavailable"),
    ],
)
def test_a_fault_bears_proconnect_s_name(
    provider: ProConnect, forger: ForgedProConnect, endpoint: str, answer: Answer, code: str
) -> None:
    """An operator who reads it looks at the right system."""
    forger.answers[endpoint] = answer
    error = refusal(provider)
    assert (type(error), error.code) == (KINDS[code], code)
    assert getattr(error, "system", None) == "proconnect"
    assert "FranceConnect" not in error.explanation


@pytest.mark.parametrize(
    "changes", [{"acr": "eidas9"}, {"signing_alg": "HS256"}, {"issuer": "http://proconnect.example"}]
)
def test_a_registration_that_cannot_be_safe_is_refused(
    config: ProConnectConfig, changes: dict[str, str]
) -> None:
    """At start, not at the first agent."""
    with pytest.raises(ConfigurationError):
        replace(config, **changes)  # type: ignore[arg-type]  # every field changed here is a text
