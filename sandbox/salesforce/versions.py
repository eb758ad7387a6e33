"""The API versions this org speaks, and routes below one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from sandbox.salesforce.errors import SalesforceError, not_found
from sandbox.salesforce.org import FIRST_VERSION, LAST_VERSION

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_KEPT = "salesforce.api_version"
_SEASONS = ("Spring", "Summer", "Winter")


def data_route(blueprint: Blueprint, path: str, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Serve a path below `/services/data/vNN.0`, with and without a slash at its end."""

    def register(view: View) -> View:
        for tail in ("", "/"):
            blueprint.add_url_rule(
                f"/services/data/v<int:version>.0{path}{tail}", None, view, methods=list(methods)
            )
        return view

    return register


def api_version() -> int:
    """The version in the path of this request."""
    version: int = request.environ[_KEPT]
    return version


def take_version(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """Keep the version of a path aside, so that views need not name it."""
    if values and "version" in values:
        request.environ[_KEPT] = values.pop("version")


def check_version(version: int) -> None:
    """Refuse a retired or an unborn version.

    Raises: SalesforceError, 410 or 404.
    """
    if version < FIRST_VERSION:
        raise SalesforceError(
            "UNSUPPORTED_API_VERSION", f"The API version {version}.0 is retired.", status=410
        )
    if version > LAST_VERSION:
        raise not_found()


def version_list() -> list[dict[str, str]]:
    """Every version: `{label, url, version}`, oldest first."""
    return [
        {"label": _label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(FIRST_VERSION, LAST_VERSION + 1)
    ]


def _label(number: int) -> str:
    season = _SEASONS[number % 3]
    year = 2026 + (number - 66) // 3 + (1 if season == "Winter" else 0)
    return f"{season} '{year % 100}"
