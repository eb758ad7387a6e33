"""A service written with Authlib can use the stand-in, under the conditions of the real one."""

from __future__ import annotations

from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt

from tests.sandbox.franceconnect.driving import CALLBACK, NONCE, STATE, TIMEOUT_S, StandIn


def test_oauth2_session_signs_in(fc: StandIn) -> None:
    """Authorization address, code exchange, userinfo and signature all work from Authlib's session."""
    with OAuth2Session(
        fc.client_id,
        fc.client_secret,
        scope="openid identite_pivot email",
        redirect_uri=CALLBACK,
        token_endpoint_auth_method="client_secret_post",
        leeway=5,
    ) as service:
        address, state = service.create_authorization_url(
            f"{fc.issuer}/authorize", state=STATE, nonce=NONCE, acr_values="eidas1"
        )
        fc.order("headless", login="test")
        answer = fc.session.get(address, allow_redirects=False, timeout=TIMEOUT_S).headers["Location"]
        tokens = service.fetch_token(
            f"{fc.issuer}/token", authorization_response=answer, state=state, timeout=TIMEOUT_S
        )
        userinfo = service.get(f"{fc.issuer}/userinfo", timeout=TIMEOUT_S)
    claims = jwt.decode(userinfo.text, fc.jwks(), algorithms=["ES256"]).claims
    id_token = jwt.decode(tokens["id_token"], fc.jwks(), algorithms=["ES256"]).claims
    assert (claims["family_name"], id_token["nonce"]) == ("DUBOIS", NONCE)
    assert claims["sub"] == id_token["sub"]
