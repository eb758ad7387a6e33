"""A FranceConnect that says over HTTP whatever a test makes it say, rightly signed unless told otherwise."""

from __future__ import annotations

import base64
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey, Key
from joserfc.jws import JWSRegistry

from tests.servers.loopback import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CLIENT_ID = "commune-essai"
CLIENT_SECRET = "secret-essai-" + "0" * 51
SUBJECT = "a1" * 32 + "v1"
ACCESS_TOKEN = "jeton-essai"
NONCE = "5e" * 32
KID = "pkcs11:ES256:hsm"
IDENTITY = {
    "sub": SUBJECT,
    "family_name": "DUBOIS",
    "given_name": "Angela Claire Louise",
    "given_name_array": ["Angela", "Claire", "Louise"],
    "birthdate": "1962-08-24",
    "idp_birthdate": "1962-08-24",
    "gender": "female",
    "birthplace": "75107",
    "birthcountry": "99100",
    "email": "angela@exemple.test",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; `delay_s` is how long it takes to come."""

    body: str = ""
    media_type: str = "application/json"
    status: int = 200
    location: str | None = None
    delay_s: float = 0.0


def segment(value: Mapping[str, Any] | bytes | str) -> str:
    """Give a part of a compact token."""
    text = json.dumps(value) if isinstance(value, Mapping) else value
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(claims: Mapping[str, Any] | bytes | str, key: Key, header: Mapping[str, Any] | None = None) -> str:
    """Give a token signed with this key under any header, however odd."""
    full = {"alg": "ES256", "kid": KID} | dict(header or {})
    shown = {name: value for name, value in full.items() if value is not None}
    message = f"{segment(shown)}.{segment(claims)}"
    algorithm = JWSRegistry.algorithms[str(full["alg"])]
    return f"{message}.{segment(algorithm.sign(message.encode(), key))}"


def encrypted(token: str, key: Key, header: Mapping[str, Any] | None = None) -> str:
    """Give a token encrypted for this key as FranceConnect+ does, under any header, however odd."""
    full = {"alg": "ECDH-ES", "enc": "A256GCM", "cty": "JWT", "kid": key.kid} | dict(header or {})
    shown = {name: value for name, value in full.items() if value is not None}
    registry = JWERegistry(algorithms=[str(full["alg"]), str(full["enc"]), "DEF"], strict_check_header=False)
    return jwe.encrypt_compact(shown, token.encode(), key, registry=registry)


class ForgedFranceConnect:
    """Its answers by endpoint; `calls` counts requests, `forms` keeps what the token endpoint was sent.

    `when_called` is told each path before it is answered.
    """

    def __init__(self, issuer: str, now: datetime) -> None:
        self.issuer = issuer
        self.now = now
        self.key = ECKey.generate_key("P-256", parameters={"kid": KID, "use": "sig", "alg": "ES256"})
        self.answers: dict[str, Answer] = {}
        self.calls: Counter[str] = Counter()
        self.forms: list[dict[str, str]] = []
        self.when_called: Callable[[str], None] = lambda _path: None
        self.publish(self.key)
        self.discover()
        self.send()

    def discover(self, **changes: Any) -> None:
        """Publish the discovery document, with changes."""
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/session/end",
            "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
        }
        self.answers["/.well-known/openid-configuration"] = Answer(json.dumps(document | changes))

    def publish(self, *keys: Key | Mapping[str, Any]) -> None:
        """Publish these keys: public parts of a key, a mapping to the letter."""
        listed = [key.as_dict(private=False) if isinstance(key, Key) else dict(key) for key in keys]
        self.answers["/jwks"] = Answer(json.dumps({"keys": listed}))

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Give the claims of a right ID token, with changes; None takes a claim away."""
        moment = int(self.now.timestamp())
        right = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": SUBJECT,
            "nonce": NONCE,
            "acr": "eidas1",
            "iat": moment,
            "exp": moment + 60,
            "auth_time": moment - 5,
        }
        return {name: value for name, value in (right | changes).items() if value is not None}

    def identity(self, **changes: Any) -> dict[str, Any]:
        """Give the claims of a right userinfo answer, with changes; None takes a claim away."""
        moment = int(self.now.timestamp())
        right = IDENTITY | {"iss": self.issuer, "aud": CLIENT_ID, "iat": moment, "exp": moment + 60}
        return {name: value for name, value in (right | changes).items() if value is not None}

    def send(self, id_token: str | None = None, userinfo: str | None = None) -> None:
        """Answer the next sign-ins with these tokens, the right ones by default."""
        tokens = {
            "access_token": ACCESS_TOKEN,
            "expires_in": 60,
            "id_token": id_token if id_token is not None else forged(self.claims(), self.key),
            "scope": "openid identite_pivot",
            "token_type": "Bearer",
        }
        self.answers["/token"] = Answer(json.dumps(tokens))
        signed = userinfo if userinfo is not None else forged(self.identity(), self.key)
        self.answers["/userinfo"] = Answer(signed, "application/jwt")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = str(environ["PATH_INFO"]).removeprefix("/api/v2")
        self.calls[path] += 1
        self.when_called(path)
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            self.forms.append(dict(parse_qsl(body.decode())))
        answer = self.answers.get(path, Answer(status=404))
        time.sleep(answer.delay_s)
        headers = [("Content-Type", answer.media_type)]
        headers += [("Location", answer.location)] if answer.location else []
        start_response(f"{answer.status} X", headers)
        return [answer.body.encode()]


@contextmanager
def forged_franceconnect(now: datetime) -> Iterator[ForgedFranceConnect]:
    """Serve one on a free port; `now` is the time its tokens are made at."""
    made: list[ForgedFranceConnect] = []

    def application(address: str) -> WSGIApplication:
        made.append(ForgedFranceConnect(f"{address}/api/v2", now))
        return made[0]

    with serving(application):
        yield made[0]
