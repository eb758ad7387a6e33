"""`bridge clients`: who may have citizens sign in through the bridge."""

from __future__ import annotations

from datetime import timedelta

import click

from bridge.domain.portal import PortalClient, Scope
from run.environment import read_services

_DEFAULT_SCOPES = (Scope.OPENID, Scope.PROFILE, Scope.CONTACT, Scope.CASES_READ)


@click.group()
def clients() -> None:
    """Register the portal and other relying parties of the bridge's OpenID provider."""


@clients.command()
@click.argument("client_id")
@click.option("--label", help="The name a citizen knows it by; the client's own id otherwise.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, required=True, help="Repeat for several.")
@click.option("--post-logout-redirect-uri", "post_logout_redirect_uris", multiple=True)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[scope.value for scope in _DEFAULT_SCOPES],
    show_default=True,
)
@click.option("--public", "is_public", is_flag=True, help="Without secret: PKCE alone proves it.")
@click.option("--without-pkce", is_flag=True, help="For an org that cannot send PKCE.")
def add(  # noqa: PLR0917 - click passes every one by name
    client_id: str,
    label: str | None,
    redirect_uris: tuple[str, ...],
    post_logout_redirect_uris: tuple[str, ...],
    scopes: tuple[str, ...],
    is_public: bool,
    without_pkce: bool,
) -> None:
    """Register CLIENT_ID; its secret is shown once, here."""
    secret = read_services().provider.clients.add(
        client_id,
        label=label or client_id,
        redirect_uris=redirect_uris,
        post_logout_redirect_uris=post_logout_redirect_uris,
        scopes=scopes,
        is_public=is_public,
        pkce_required=not without_pkce,
    )
    click.echo(f"client id      {client_id}")
    click.echo(f"client secret  {secret or '- (public: PKCE alone)'}")


@clients.command("list")
def list_clients() -> None:
    """List the clients with what each may ask; secrets are not known any more."""
    with read_services().store.read() as tx:
        known = tx.portal_clients.all()
    for client in known:
        click.echo("\n".join(_lines(client)))
    if not known:
        click.echo("no client is registered")


@clients.command()
@click.argument("client_id")
@click.option("--keep-hours", default=24, show_default=True, help="How long the secret before still serves.")
def rotate(client_id: str, keep_hours: int) -> None:
    """Give CLIENT_ID a new secret, shown once; the one before serves a while longer."""
    secret = read_services().provider.clients.rotate(client_id, timedelta(hours=keep_hours))
    click.echo(f"client secret  {secret}\nthe secret before serves for {keep_hours} hours more")


@clients.command()
@click.argument("client_id")
def remove(client_id: str) -> None:
    """Take CLIENT_ID away; every token it holds is void at once."""
    read_services().provider.clients.remove(client_id)
    click.echo(f"{client_id} is removed")


def _lines(client: PortalClient) -> list[str]:
    kind = "public" if client.is_public else "with a secret"
    pkce = "PKCE" if client.pkce_required else "WITHOUT PKCE"
    return [
        f"{client.client_id}  {client.label}  {kind}, {pkce}, since {client.created_at:%Y-%m-%d}",
        f"    scopes  {' '.join(client.scopes)}",
        *(f"    returns to  {address}" for address in client.redirect_uris),
        *(f"    after logout  {address}" for address in client.post_logout_redirect_uris),
    ]
