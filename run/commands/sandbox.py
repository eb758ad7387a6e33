"""`bridge sandbox …`: one stand-in alone on a port; when ready it prints one JSON line."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from run.org_package import org_package
from sandbox.serving import serve

_port = click.option("--port", default=0, show_default="a free one", help="Port on this machine.")


@click.group()
def sandbox() -> None:
    """Start a stand-in of an outside service, for trials only."""


@sandbox.command()
@_port
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Registered return address.")
@click.option("--post-logout-redirect-uri", "logout_uris", multiple=True, help="Registered logout return.")
@click.option("--plus", is_flag=True, help="FranceConnect+ instead of v2.")
@click.option("--jwks-uri", help="Where the service publishes its keys; needed with --plus.")
@click.option("--local-redirects", is_flag=True, help="Kinder than FranceConnect+: return to this machine.")
def franceconnect(
    *,
    port: int,
    redirect_uris: tuple[str, ...],
    logout_uris: tuple[str, ...],
    plus: bool,
    jwks_uri: str | None,
    local_redirects: bool,
) -> None:
    """FranceConnect v2, or FranceConnect+."""
    from sandbox.franceconnect.app import build  # noqa: PLC0415 - production hosts leave the stand-ins out
    from sandbox.franceconnect.clients import default_client, default_plus_client  # noqa: PLC0415 - the same
    from sandbox.franceconnect.platforms import PLUS, V2  # noqa: PLC0415 - the same

    platform = replace(PLUS, local_redirects=local_redirects) if plus else V2
    client = default_plus_client() if plus else default_client()
    if redirect_uris:
        client = replace(client, redirect_uris=redirect_uris, post_logout_redirect_uris=logout_uris)
    if jwks_uri:
        client = replace(client, jwks_uri=jwks_uri)
    serve(lambda url: build(url, clients=[client], platform=platform), port=port)


@sandbox.command()
@_port
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Registered return address.")
@click.option("--post-logout-redirect-uri", "logout_uris", multiple=True, help="Registered logout return.")
def proconnect(port: int, redirect_uris: tuple[str, ...], logout_uris: tuple[str, ...]) -> None:
    """ProConnect, with agents of the town and others."""
    from sandbox.proconnect.app import build  # noqa: PLC0415 - production hosts leave the stand-ins out
    from sandbox.proconnect.clients import default_client  # noqa: PLC0415 - the same

    client = default_client()
    if redirect_uris:
        client = replace(client, redirect_uris=redirect_uris, post_logout_redirect_uris=logout_uris)
    serve(lambda url: build(url, clients=[client]), port=port)


@sandbox.command()
@_port
@click.option("--package", "packages", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--database", type=click.Path(path_type=Path), help="Keep the org in this file.")
@click.option("--tls", is_flag=True, help="Serve https, with a throw-away authority named on the ready line.")
def salesforce(*, port: int, packages: tuple[Path, ...], database: Path | None, tls: bool) -> None:
    """A Salesforce org with the fields of our package."""
    from sandbox.salesforce.app import build  # noqa: PLC0415 - production hosts leave the stand-ins out

    chosen = packages or (org_package(),)
    serve(lambda url: build(url, packages=chosen, database=database), port=port, tls=tls)


@sandbox.command()
@_port
@click.option("--directory", type=click.Path(path_type=Path), help="Where the nightly files are dropped.")
@click.option("--street-data", type=click.Path(exists=True, path_type=Path), help="A larger year of reports.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The town's first day.")
def town(port: int, directory: Path | None, street_data: Path | None, day: datetime | None) -> None:
    """The municipal systems, each on its own transport."""
    from sandbox.town.app import build  # noqa: PLC0415 - production hosts leave the stand-ins out
    from sandbox.town.clock import DEFAULT_DAY  # noqa: PLC0415 - the same

    folder = directory or Path(tempfile.mkdtemp(prefix="bridge-town-"))
    folder.mkdir(parents=True, exist_ok=True)
    first = day.date() if day else DEFAULT_DAY
    serve(lambda url: build(url, directory=folder, street_data=street_data, day=first), port=port)


@sandbox.command()
@_port
@click.option("--smtp-port", default=0, show_default="a free one", help="Port of the mail server.")
def messages(port: int, smtp_port: int) -> None:
    """A mail server and an SMS gateway, with one inbox to read what came."""
    from sandbox.messages.app import build  # noqa: PLC0415 - production hosts leave the stand-ins out

    serve(lambda url: build(url, smtp_port=smtp_port), port=port)
