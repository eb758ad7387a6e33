"""Where a sign-in may lead afterwards: row A29 of the abuse table, a corpus replayed."""

from __future__ import annotations

import pytest

from bridge.usecases.sign_in import SignIn, safe_next_path
from tests.usecases.sign_in.people import finish

CORPUS = [
    "",
    "evil",
    "//evil.test",
    "///evil.test",
    "////evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "/\\/evil.test",
    "https:evil.test",
    "https://evil.test",
    "HTTPS://evil.test/demandes/",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.test",
    "/%2fevil.test",
    "/%5cevil.test",
    "/%09/evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/demandes/\r\nSet-Cookie: a=b",
    "/demandes/%0d%0aSet-Cookie:a=b",
    "/demandes/x\x00",
    "/@evil.test",
    "//user@evil.test",
    "/demandes/@evil.test",
    "/demandes//evil.test",
    "/demandes/../logout",
    "/demandes/./x",
    "/demandes/..",
    "/demandes/%2e%2e/logout",
    "/demandes/;@evil.test",
    "/demandes/x#frag",
    "/demandes",
    "/demandesevil",
    "/logout",
    "/logout/callback",
    "/login/franceconnect",
    "/api/v1/me",
    "/oauth2/authorize?client_id=p&redirect_uri=https%3A%2F%2Forg.example%2Fcb",
    "/cases/c_7Q2M9X",
    "/agents/",
    "/demandes/\u2025/x",
    "/demandes/\uff0e\uff0e/x",
    "/demandes/é",
    "\u00a0/demandes/x",
    " /demandes/x",
    "/demandes/x ",
    "/demandes/x\u2028",
    ".evil.test",
    "@evil.test",
    "?next=/demandes/x",
    "/demandes/x?a=b\nc",
    "/demandes/x?<script>",
    "/demandes/" + "x" * 9000,
]


@pytest.mark.parametrize("wanted", CORPUS, ids=range(len(CORPUS)))
def test_a29_a_path_elsewhere_leads_home(sign_in: SignIn, wanted: str) -> None:
    """Nobody is led away from our own pages, whatever the spelling."""
    assert safe_next_path(wanted) == "/"
    assert finish(sign_in, sign_in.start(wanted)).next_path == "/"


@pytest.mark.parametrize(
    "wanted",
    [
        "/",
        "/demandes/c_7Q2M9X",
        "/demandes/c_7Q2M9X/events",
        "/demandes/c_7Q2M9X/",
        "/demandes/c_7Q2M9X?lang=en",
        "/demandes/c_7Q2M9X?back=https%3A%2F%2Forg.example%2Fcb&state=a%26b",
    ],
)
def test_a29_our_own_paths_are_kept(wanted: str) -> None:
    """The citizen lands where the e-mail or the portal pointed."""
    assert safe_next_path(wanted) == wanted


def test_a29_no_path_leads_home() -> None:
    """The button on the first page names none."""
    assert safe_next_path(None) == "/"
