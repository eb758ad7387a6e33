"""`bridge doctor`: does everything outside answer as we need it to?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

import click
from redis import Redis
from redis.exceptions import RedisError

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.clock_skew import TOLD_BEYOND_S
from bridge.adapters.messages.smtp import SmtpSender
from bridge.adapters.salesforce.case_events import SalesforceCaseEvents
from bridge.adapters.salesforce.describe import describe
from bridge.domain.proof import Channel
from bridge.errors import BridgeError, ConfigurationError
from bridge.wiring import Services
from mappings.check import against_describe
from mappings.loader import load_salesforce
from run.commands.doctor_sources import source_checks
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
    yield "proconnect", lambda: _proconnect(services)
    mail = services.send_codes.senders.get(Channel.EMAIL)
    if isinstance(mail, SmtpSender):
        yield "mail", lambda: _mail(mail)
    yield from source_checks(services)
    yield "salesforce changes", lambda: _changes(services)
    for name in ("contact", "case"):
        yield f"salesforce {name}", lambda name=name: _fields(services, name)  # type: ignore[misc]  # a default, to bind now
    yield "salesforce timeline", lambda: _timeline(services)


def _mail(sender: SmtpSender) -> str:
    sender.greet()
    return "takes codes of ours; whether they arrive, only a receiver can tell"


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


def _proconnect(services: Services) -> str:
    if services.agent_sign_in is None:
        return "not configured: nobody enters the console"
    services.agent_sign_in.provider.authorization_url("0" * 64, "0" * 64, "0" * 64)
    count = len(services.agents.listed())
    if not count:
        raise ConfigurationError(
            "nobody may enter the console; invite somebody with: bridge agents add EMAIL --role administrator"
        )
    return f"publishes its endpoints under the issuer we expect; {count} agents on the list"


def _changes(services: Services) -> str:
    now = services.clock.now()
    services.follow_contacts.changes.since(now - timedelta(hours=1), now)
    with services.store.read() as tx:
        mark = tx.contact_log.mark()
    followed = f", followed until {mark.covered_until:%Y-%m-%d %H:%M} UTC" if mark else ", not followed yet"
    return f"tells which Contacts were deleted and merged{followed}"


def _timeline(services: Services) -> str:
    """Cases flow without timelines, so an org whose package is older is no fault; a wrong field is one."""
    mapping = load_salesforce("case_event")
    if not SalesforceCaseEvents(services.salesforce, mapping, services.clock).is_kept():
        return (
            f"none: the org has no {mapping.object_name}; deploy the package again, then: bridge cases retell"
        )
    with services.store.read() as tx:
        waiting = tx.pushes.untold_count()
    told = f", {waiting} cases lack theirs: bridge cases retell" if waiting else ""
    return _fields(services, "case_event") + told


def _fields(services: Services, name: str) -> str:
    mapping = load_salesforce(name)
    problems = against_describe(mapping, describe(services.salesforce, mapping.object_name))
    if problems:
        raise ConfigurationError("; ".join(problems))
    return "has every field of the mapping"
