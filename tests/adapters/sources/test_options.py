"""A wrong option is named before anything is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.adapters.sources.from_environment import filled_options
from bridge.errors import ConfigurationError
from tests.adapters.sources.wire import reader_of
from tests.mappings.examples import packaged_sources

CSV: dict[str, object] = {
    "kind": "csv_drop",
    "directory": "d",
    "pattern": "*.csv",
    "marker": "",
    "encoding": "utf-8",
}
GRAPHQL: dict[str, object] = {"kind": "graphql", "url": "https://x.example", "token": "t", "procedure": 1}
OPEN311: dict[str, object] = {"kind": "open311", "url": "https://x.example"}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, ("transport.kind", "csv_drop, xml_drop, sql_view, graphql, open311, rest, soap")),
        ({"kind": "ftp"}, ("transport.kind", "'ftp'")),
        (CSV | {"folder": "x"}, ("transport.folder", "directory, pattern, marker")),
        (CSV | {"directory": None}, ("transport.directory", "text")),
        (CSV | {"marker": None}, ("transport.marker", "renamed")),
        (CSV | {"directory": 3}, ("transport.directory", "text")),
        (CSV | {"encoding": "utf-16"}, ("transport.encoding", "cp1252")),
        (CSV | {"delimiter": ";;"}, ("transport.delimiter",)),
        (CSV | {"columns": "NUM"}, ("transport.columns", "list")),
        (CSV | {"final_line_end": "perhaps"}, ("transport.final_line_end", "true or false")),
        (CSV | {"max_megabytes": 0}, ("transport.max_megabytes", "from 1 to")),
        (GRAPHQL | {"page_size": 101}, ("transport.page_size", "from 1 to 100")),
        (GRAPHQL | {"procedure": None}, ("transport.procedure",)),
        (GRAPHQL | {"token": "two words"}, ("transport.token",)),
        (GRAPHQL | {"url": "https://user:secret@x.example"}, ("transport.url",)),
        (OPEN311 | {"url": "ftp://x.example"}, ("transport.url",)),
        (OPEN311 | {"since": "yesterday"}, ("transport.since", "YYYY-MM-DD")),
        (OPEN311 | {"updates": 1}, ("transport.updates", "true or false")),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, object], named: tuple[str, ...]) -> None:
    """The error names source, key and what may stand there, and shows no value that may be secret."""
    with pytest.raises(ConfigurationError) as caught:
        reader_of(options)

    assert "source essai" in caught.value.explanation
    assert all(part in caught.value.explanation for part in named)
    assert "secret" not in caught.value.explanation
    assert "two words" not in caught.value.explanation


def test_values_from_the_environment_are_texts() -> None:
    """Numbers and switches may be written as text, and an option set to null is absent."""
    assert reader_of({**GRAPHQL, "procedure": "90001", "page_size": None})
    assert reader_of({**OPEN311, "updates": "false", "since": "2015-01-01"})


@pytest.mark.parametrize("key", ["password", "passphrase"])
def test_a_secret_is_never_written_in_a_file(key: str) -> None:
    """It comes from the environment, and the refusal does not repeat it."""
    mapping = replace(packaged_sources()["urbanisme"], transport={**CSV, key: "sésame"})
    with pytest.raises(ConfigurationError) as caught:
        filled_options(mapping, {})
    assert f"transport.{key} must be env:NAME" in caught.value.explanation
    assert "sésame" not in caught.value.explanation

    mapping = replace(mapping, transport={**CSV, key: "env:SECRET"})
    assert filled_options(mapping, {"SECRET": "sésame"})[key] == "sésame"
