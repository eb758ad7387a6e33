"""`bridge doctor`: does everything outside answer as we need it to?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import click
from redis import Redis
from redis.exceptions import RedisError

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.clock_skew import TOLD_BEYOND_S
from bridge.adapters.salesforce.describe import describe
from bridge.errors import BridgeError, ConfigurationError
from bridge.wiring import Services
from mappings.check import against_describe
from mappings.loader import load_salesforce
from run.environment import read_services

Check = Callable[[], str]


@click.command()
def doctor() -> None:
    """Ask every outside thing once, and say what to mend."""
    services = read_services()
    failed = False
    for name, check in _checks(services):
        try:
            click.echo(f"ok    {name}: {check()}")
        except BridgeError as error:
            failed = True
            click.echo(f"fault {name}: {error.explanation} [{error.code}]")
    sys.exit(1 if failed else 0)


def _checks(services: Services) -> Iterator[tuple[str, Check]]:
    yield "database", lambda: _database(services)
    yield "redis", lambda: _redis(services)
    yield "proxies", lambda: _proxies(services)
    yield "franceconnect", lambda: _franceconnect(services.franceconnect)
    if plus := services.franceconnect_plus:
        yield "franceconnect-plus", lambda: _franceconnect_plus(plus)
    for name in ("contact", "case"):
        yield f"salesforce {name}", lambda name=name: _fields(services, name)  # type: ignore[misc]  # a default, to bind now


def _database(services: Services) -> str:
    with services.store.begin() as tx:
        return f"answers, {tx.pushes.open_count()} cases wait for Salesforce"


def _redis(services: Services) -> str:
    url = services.settings.redis_url
    if not url:
        return "none: the sweeper does the work, every 30 seconds"
    try:
        with Redis.from_url(url, socket_timeout=2) as client:
            client.ping()
    except RedisError:
        return "does not answer: the sweeper does the work, every 30 seconds"
    return "answers"


def _proxies(services: Services) -> str:
    """Nothing here can tell whether a proxy stands in front; under https one does."""
    settings = services.settings
    if settings.trusted_proxies or not settings.is_https:
        return f"{settings.trusted_proxies} of ours stand in front; sign-ins are limited by address"
    return "BRIDGE_TRUSTED_PROXIES is 0: behind a proxy, sign-ins are limited for all together only"


def _franceconnect(provider: FranceConnect) -> str:
    provider.authorization_url("0" * 64, "0" * 64)
    skew_s = provider.clock_skew_now()
    if skew_s is not None and abs(skew_s) > TOLD_BEYOND_S:
        raise ConfigurationError(
            f"the clock of this machine is {abs(skew_s):.0f} s {'behind' if skew_s > 0 else 'ahead'}; "
            "beyond 30 s nobody signs in: mend its time service",
            code="clock.skew",
        )
    return "publishes its endpoints under the issuer we expect; the two clocks agree"


def _franceconnect_plus(provider: FranceConnect) -> str:
    told = _franceconnect(provider)
    return f"{told}; {len(provider.published_keys())} keys of ours are published for it"


def _fields(services: Services, name: str) -> str:
    mapping = load_salesforce(name)
    problems = against_describe(mapping, describe(services.salesforce, mapping.object_name))
    if problems:
        raise ConfigurationError("; ".join(problems))
    return "has every field of the mapping"
