"""What exists is documented, and what is documented exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files as package_files

import click
import pytest

from bridge.adapters.store.store import SqlStore
from bridge.settings import PREFIX, SettingsSchema
from run.cli import bridge
from tests.architecture.project import text_of
from tests.fakes.clock import FakeClock
from tests.http.site import Site

SETTINGS = [f"{PREFIX}{name.upper()}" for name in SettingsSchema().fields]
NAME = re.compile(rf"\b{PREFIX}[A-Z_]*[A-Z]\b")
_CONTEXT = click.Context(bridge)
BY_FRAMEWORK = {"HEAD", "OPTIONS"}


def source_settings() -> set[str]:
    """Give the names that mapping files leave to the environment."""
    folder = package_files("mappings") / "municipal"
    texts = (file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".yaml"))
    return {name for text in texts for name in re.findall(r"env:(\w+)", text)}


def commands(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give every command one can type, with its group."""
    for name in group.list_commands(_CONTEXT):
        command = group.get_command(_CONTEXT, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        else:
            yield (*above, name)


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_is_explained_and_exemplified(name: str) -> None:
    """In the operator's guide, and in the file an operator copies."""
    assert f"`{name}`" in text_of("docs", "operations.md")
    assert re.search(rf"^#? ?{name}=", text_of(".env.example"), re.MULTILINE)


@pytest.mark.parametrize("name", sorted(source_settings()))
def test_each_setting_of_a_source_is_explained_and_exemplified(name: str) -> None:
    """Addresses and tokens of the packaged sources too."""
    assert f"`{name}`" in text_of("docs", "operations.md")
    assert re.search(rf"^#? ?{name}=", text_of(".env.example"), re.MULTILINE)


@pytest.mark.parametrize("file", [(".env.example",), ("docs", "operations.md"), ("README.md",)])
def test_no_setting_is_invented(file: tuple[str, ...]) -> None:
    """A renamed setting does not live on in a document."""
    assert set(NAME.findall(text_of(*file))) - set(SETTINGS) - source_settings() == set()


@pytest.mark.parametrize("command", sorted(commands(bridge)), ids=" ".join)
def test_each_command_is_documented(command: tuple[str, ...]) -> None:
    """By its full name, where an operator looks."""
    told = text_of("README.md") + text_of("docs", "operations.md")
    *groups, name = command
    typed = rf"bridge {' '.join(groups)}{' ' if groups else ''}[a-z|\\\[\]]*\b{re.escape(name)}\b"
    assert re.search(typed, told), f"bridge {' '.join(command)}"


def test_each_command_says_what_it_does() -> None:
    """`--help` of every command opens with a sentence."""
    for path in commands(bridge):
        command: click.Command | None = bridge
        for name in path:
            assert isinstance(command, click.Group)
            command = command.get_command(_CONTEXT, name)
        assert command
        assert command.get_short_help_str(), path


def test_each_route_is_documented_with_who_may_call_it(sqlite_store: SqlStore, clock: FakeClock) -> None:
    """Method and path of every rule of the application, in the table of docs/api.md, and none besides."""
    app = Site.over(sqlite_store, clock).app
    served = {
        f"{method} {rule.rule.replace('<path:', '<')}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - BY_FRAMEWORK
    }
    table = [line for line in text_of("docs", "api.md").splitlines() if line.startswith("| `")]
    listed = {route for line in table for route in re.findall(r"`((?:GET|POST|PUT|DELETE) [^`?]+)`", line)}
    assert served - listed == set()
    own = {
        route for route in listed if not route.split()[1].startswith(("/webhooks", "/oauth2", "/.well-known"))
    }
    assert own - served == set()
