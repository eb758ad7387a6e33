"""Row A61 of the abuse table: what a client sends along comes back as it was."""

from __future__ import annotations

from urllib.parse import quote

import pytest
import requests

from tests.servers.provider import RunningProvider
from tests.servers.relying_party import (
    answer_of,
    asked,
    next_of,
)

STATES = {
    "as long as orgs send": "A-z_0.9~" * 512,
    "with signs": "a&b=c?d#e+f%20g /:@!$'()*,;[]{}|\\^`\"<>",
    "unicode": "Ça ira – 東京 🏛",
    "lines": "a\r\nSet-Cookie: b=c\r\n\r\n<script>",
    "tabs and blanks": " \t a ",
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a61_state_comes_back_as_it_was_sent(provider: RunningProvider, state: str) -> None:
    """At once with a session, and after a sign-in; with a code and with a refusal."""
    client, citizen = provider.client(), provider.citizen()
    answer = provider.authorize(citizen.browser, client, state=state)
    assert answer_of(answer)["state"] == state
    assert "\n" not in answer.headers["Location"]
    assert answer_of(provider.authorize(citizen.browser, client, state=state, scope="x"))["state"] == state
    browser = requests.Session()
    waiting = next_of(provider.authorize(browser, client, state=state))
    assert answer_of(provider.get(browser, f"{waiting}?renoncer=1"))["state"] == state


def test_a61_state_comes_back_byte_for_byte_even_when_it_is_no_text(provider: RunningProvider) -> None:
    """Bytes that are not UTF-8 are the client's affair."""
    client, citizen = provider.client(), provider.citizen()
    wanted = "%FF%FE%00a"
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked(client, state=None).items())
    answer = provider.get(citizen.browser, f"/oauth2/authorize?{query}&state={wanted}")
    assert f"&state={wanted}&" in answer.headers["Location"]


def test_a61_state_may_be_absent_but_not_boundless(provider: RunningProvider) -> None:
    """8,192 characters are twice what was ever seen."""
    client, citizen = provider.client(), provider.citizen()
    assert "state" not in answer_of(provider.authorize(citizen.browser, client, state=None))
    assert "code" in answer_of(provider.authorize(citizen.browser, client, state="s" * 8_192))
    told = answer_of(provider.authorize(citizen.browser, client, state="s" * 8_193))
    assert told["error"] == "invalid_request"
