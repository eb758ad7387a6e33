"""Faults a test may order: endpoints that fail or lag, and answers a relying party must refuse."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from flask import Response, request

ENDPOINTS = {
    "discovery": "/.well-known/openid-configuration",
    "authorize": "/authorize",
    "token": "/token",
    "userinfo": "/userinfo",
    "jwks": "/jwks",
    "logout": "/session/end",
}

OTHER_ISSUER = "https://autre.example/api/v2"
OTHER_CLIENT = "autre-service"
OTHER_NONCE = "nonce-of-another-request-0123456789"
OTHER_STATE = "state-of-another-request-0123456789"

TOKEN_FAULTS = {
    "id_token_absent": "the token answer has no id_token",
    "id_token_alg_none": "the ID token is unsigned, header alg none",
    "id_token_hs256_secret": "the ID token is signed HS256 with the client secret",
    "id_token_other_alg": "the ID token is signed with the other registered algorithm's key",
    "id_token_unknown_kid": "the header names a key that is not in the JWKS",
    "id_token_forged": "a known kid, but a signature by a key FranceConnect does not own",
    "wrong_iss": "iss is another issuer",
    "wrong_aud": "aud is another client",
    "aud_list": "aud lists the client and another one",
    "azp_other_aud": "azp is the client but aud another one",
    "nonce_absent": "no nonce",
    "nonce_other": "the nonce of another request",
    "expired": "exp one hour ago",
    "far_exp": "exp in ten years",
    "iat_future": "iat in ten minutes",
    "iat_old": "iat one day ago",
    "acr_other": "acr eidas0",
    "acr_absent": "no acr",
    "sub_empty": "sub is an empty string",
    "userinfo_other_sub": "userinfo is about another sub",
    "userinfo_json": "userinfo is plain JSON",
    "userinfo_alg_none": "userinfo is unsigned, header alg none",
    "userinfo_forged": "userinfo signed by a key FranceConnect does not own",
    "userinfo_wrong_aud": "userinfo for another client",
    "userinfo_wrong_iss": "userinfo from another issuer",
    "userinfo_expired": "userinfo expired one hour ago",
    "callback_wrong_iss": "the iss parameter of the callback is another issuer",
    "callback_other_state": "the state parameter of the callback is not the one sent",
}


PLUS_TOKEN_FAULTS = {
    "id_token_jwe_absent": "the ID token is signed, not encrypted",
    "id_token_jwe_other_enc": "the ID token is encrypted with A128GCM",
    "id_token_jwe_no_cty": "the header of the encrypted ID token has no cty",
    "id_token_jwe_unknown_kid": "the ID token is encrypted for a key the service never had",
    "id_token_jwe_other_key": "the ID token names the service's key and is encrypted with another",
    "userinfo_jwe_absent": "userinfo is signed, not encrypted",
    "userinfo_jwe_other_key": "userinfo names the service's key and is encrypted with another",
}


def token_faults(*, is_plus: bool) -> dict[str, str]:
    """What can be ordered of a platform: encryption can go wrong only where there is some."""
    return TOKEN_FAULTS | PLUS_TOKEN_FAULTS if is_plus else TOKEN_FAULTS


@dataclass(frozen=True, slots=True)
class EndpointFault:
    """The next `count` calls of an endpoint wait `latency_s`, then answer `status` unless it is 0."""

    status: int = 0
    latency_s: float = 0.0
    count: int = 1


class Faults:
    """The faults now ordered; each is used up by the calls or sign-ins it touches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._endpoints: dict[str, EndpointFault] = {}
        self._names: frozenset[str] = frozenset()
        self._sign_ins = 0

    def clear(self) -> None:
        with self._lock:
            self._endpoints.clear()
            self._names, self._sign_ins = frozenset(), 0

    def order_endpoint(self, name: str, fault: EndpointFault) -> None:
        """Order this fault, or cancel the endpoint's when `count` is 0."""
        with self._lock:
            self._endpoints.pop(name, None)
            if fault.count:
                self._endpoints[name] = fault

    def order_tokens(self, names: frozenset[str], *, sign_ins: int) -> None:
        with self._lock:
            self._names, self._sign_ins = names, sign_ins

    def take_for_sign_in(self) -> frozenset[str]:
        """The token faults of the sign-in that is ending now."""
        with self._lock:
            if self._sign_ins == 0:
                return frozenset()
            self._sign_ins -= 1
            return self._names

    def take_for_endpoint(self, name: str) -> EndpointFault:
        with self._lock:
            fault = self._endpoints.pop(name, None)
            if fault is not None and fault.count > 1:
                self._endpoints[name] = replace(fault, count=fault.count - 1)
        return fault or EndpointFault()


def apply_to_request(faults: Faults, prefix: str) -> Response | None:
    """The failing answer ordered for this endpoint, after its latency, or None to go on."""
    for name, path in ENDPOINTS.items():
        if request.path == prefix + path:
            fault = faults.take_for_endpoint(name)
            time.sleep(fault.latency_s)
            return Response("stand-in fault\n", fault.status, mimetype="text/plain") if fault.status else None
    return None
