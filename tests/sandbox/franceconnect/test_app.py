"""Building the stand-in."""

from __future__ import annotations

from sandbox.franceconnect.app import build
from sandbox.franceconnect.clients import Client

SECRET = "s" * 64


def test_ready_line_shows_the_default_client() -> None:
    """Without clients, the ready line gives a service on one host, as one registration has."""
    app, ready = build("http://127.0.0.1:1234/")
    client = app.extensions["franceconnect"].client(ready["client_id"])
    assert set(ready) == {"url", "issuer", "client_id", "client_secret"}
    assert (ready["url"], ready["issuer"]) == ("http://127.0.0.1:1234", "http://127.0.0.1:1234/api/v2")
    assert client.redirect_uris == ("http://localhost:8000/login/franceconnect/callback",)
    assert client.post_logout_redirect_uris == ("http://localhost:8000/logout/callback",)


def test_ready_line_shows_the_first_client_given() -> None:
    """Given clients replace the default one, and two applications share nothing."""
    client = Client(client_id="a", client_secret=SECRET, redirect_uris=("https://ville.example/retour",))
    app, ready = build("http://127.0.0.1:1", clients=[client])
    other, _ = build("http://127.0.0.1:2")
    assert (ready["client_id"], ready["client_secret"]) == ("a", SECRET)
    assert other.extensions["franceconnect"].client("a") is None
    assert app.extensions["franceconnect"].client("essai-service-local") is None
