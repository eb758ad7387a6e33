"""A wrong option of a REST source is named before anything is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.sources.from_environment import filled_options
from bridge.adapters.sources.rest.auth_options import AUTH
from bridge.adapters.sources.rest.paging_options import KINDS
from bridge.errors import ConfigurationError
from tests.adapters.sources.declared import example
from tests.adapters.sources.wire import reader_of

LIST: dict[str, object] = {"path": "items"}
REST: dict[str, object] = {"kind": "rest", "url": "https://x.example", "list": LIST}
EACH: dict[str, object] = {"path": "items/{n}", "number": "n"}
SINCE: dict[str, object] = {"field": "date", "form": "date", "first": "2025-01-01"}


def paged(**paging: object) -> dict[str, object]:
    """Give options with this paging."""
    return REST | {"list": LIST | {"paging": paging}}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (REST | {"list": None}, ("transport.list", "numbers")),
        (REST | {"list": "items"}, ("transport.list", "keys and values")),
        (REST | {"list": {"records": "a"}}, ("transport.list.path", "text")),
        (REST | {"list": LIST | {"path": "a b"}}, ("transport.list.path", "without spaces")),
        (REST | {"list": LIST | {"kind": "x"}}, ("transport.list.kind", "path, method")),
        (REST | {"list": LIST | {"method": "get"}}, ("transport.list.method", "GET, POST")),
        (REST | {"list": LIST | {"query": ["a"]}}, ("transport.list.query", "keys and values")),
        (REST | {"list": LIST | {"records": "a..b"}}, ("transport.list.records", "dotted path")),
        (REST | {"list": LIST | {"query": {"q": "{other}"}}}, ("transport.list", "{since}")),
        (paged(kind="pages"), ("transport.list.paging.kind", ", ".join(KINDS))),
        (paged(kind="offset", first=0), ("transport.list.paging.first", "overlap")),
        (paged(kind="offset", size=10, overlap=10), ("transport.list.paging.overlap", "smaller")),
        (paged(kind="page", first=2), ("transport.list.paging.first", "from 1 to 1")),
        (paged(kind="cursor", param="after"), ("transport.list.paging.record_value", "answer_value")),
        (paged(kind="cursor", record_value="id"), ("transport.list.paging.param", "text")),
        (paged(kind="queue"), ("transport.list.paging.number", "text")),
        (
            paged(kind="none", **{"in": "query", "size": 3}),
            ("transport.list.paging.size", "options: kind, in"),
        ),
        (REST | {"since": SINCE}, ("transport.since", "{since}")),
        (
            paged(kind="cursor", param="a", record_value="id") | {"since": SINCE},
            ("transport.since", "cursor"),
        ),
        (
            REST | {"since": SINCE | {"form": "french"}},
            ("transport.since.form", "w3c, epoch"),
        ),
        (REST | {"since": SINCE | {"first": None}}, ("transport.since.first", "missing")),
        (REST | {"numbers": {"open_cases": True}}, ("transport.numbers", "each.number")),
        (REST | {"list": None, "each": EACH, "numbers": {}}, ("transport.numbers.file", "list")),
        (REST | {"each": EACH | {"missing": "no"}}, ("transport.each.missing", "keys and values")),
        (REST | {"acknowledge": {"path": "x"}}, ("transport.acknowledge", "list")),
        (REST | {"acknowledge": [{"method": "DELETE"}]}, ("transport.acknowledge[0].path", "when")),
        (REST | {"fields": {"a": 3}}, ("transport.fields.a", "dotted path")),
        (REST | {"errors": {"path": "err"}}, ("transport.errors.good", "missing")),
        (REST | {"errors": {"path": "err", "good": {"a": 1}}}, ("transport.errors.good", "list")),
        (REST | {"headers": {"X": "two\nlines"}}, ("transport.headers.X", "one line")),
        (
            REST | {"auth": {"kind": "digest"}},
            ("transport.auth.kind", "none, basic, bearer, key"),
        ),
        (REST | {"auth": {"kind": "wsse"}}, ("transport.auth.kind", "signed")),
        (REST | {"auth": {"kind": "bearer", "user": "x"}}, ("transport.auth.user", "options: kind, token")),
        (
            REST | {"auth": {"kind": "bearer", "token": "a key hidden"}},
            ("transport.auth.token", "visible signs"),
        ),
        (REST | {"auth": {"kind": "key", "name": "X Y", "value": "v"}}, ("transport.auth.name", "header")),
        (
            REST | {"auth": {"kind": "oauth2", "token_url": "x", "client_id": "i", "client_secret": "s"}},
            ("transport.auth.token_url", "http(s)"),
        ),
        (REST | {"requests_per_minute": 0}, ("transport.requests_per_minute", "from 1 to")),
        (REST | {"connect_timeout_s": 61}, ("transport.connect_timeout_s", "from 1 to 60")),
        (REST | {"max_megabytes": 1_000}, ("transport.max_megabytes", "from 1 to 256")),
        (REST | {"wsdl": "x"}, ("transport.wsdl", "options: url, auth")),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], named: tuple[str, ...]) -> None:
    """The error names source, key and what may stand there, and shows no value that may be secret."""
    with pytest.raises(ConfigurationError) as caught:
        reader_of(options)
    assert all(part in caught.value.explanation for part in ("source essai", *named))
    assert "hidden" not in caught.value.explanation


@pytest.mark.parametrize("kind", AUTH)
def test_each_way_to_show_who_calls_says_what_it_needs(kind: str) -> None:
    """An option that is missing is named with its place."""
    needed = [name for name in AUTH[kind] if name not in {"scope", "secret_in"}]
    if kind == "wsse" or not needed:
        return
    with pytest.raises(ConfigurationError) as caught:
        reader_of(REST | {"auth": {"kind": kind}})
    assert "transport.auth." in caught.value.explanation


def test_credentials_inside_other_options_come_from_the_environment() -> None:
    """However deep, and what is missing is named with file and key."""
    mapping = example("hubee")
    names = ("URL", "TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET")
    full = {f"BRIDGE_HUBEE_{name}": f"https://{name.lower()}.example" for name in names}
    filled = filled_options(mapping, full)
    assert filled["auth"] == {
        "kind": "oauth2",
        "token_url": "https://token_url.example",
        "client_id": "https://client_id.example",
        "client_secret": "https://client_secret.example",
        "scope": "SI",
    }
    del full["BRIDGE_HUBEE_CLIENT_SECRET"]
    with pytest.raises(ConfigurationError) as caught:
        filled_options(mapping, full)
    assert caught.value.explanation == (
        "BRIDGE_HUBEE_CLIENT_SECRET: needed by hubee.yaml, key transport.auth.client_secret"
    )


@pytest.mark.parametrize(
    ("example_name", "key"), [("hubee", "client_secret"), ("stationnement", "password"), ("atal", "password")]
)
def test_a_secret_written_in_a_file_is_refused(example_name: str, key: str) -> None:
    """Credentials come from the environment, or the product does not start; what was written is not shown."""
    mapping = example(example_name)
    auth = mapping.transport["auth"]
    assert isinstance(auth, dict)
    written = replace(mapping, transport={**mapping.transport, "auth": auth | {key: "tres-secret"}})
    with pytest.raises(ConfigurationError) as caught:
        filled_options(written, dict.fromkeys(_names(mapping.transport), "x"))
    assert f"transport.auth.{key} must be env:NAME" in caught.value.explanation
    assert "tres-secret" not in caught.value.explanation


def _names(content: object) -> set[str]:
    if isinstance(content, dict):
        return set().union(*map(_names, content.values()))
    text = str(content)
    return {text.removeprefix("env:")} if text.startswith("env:") else set()
