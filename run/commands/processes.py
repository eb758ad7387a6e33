"""`bridge web`, `bridge worker`, `bridge sweeper`: the three processes of an installation."""

from __future__ import annotations

import signal
import threading

import click

from bridge.errors import ConfigurationError
from bridge.wiring import Services
from jobs.lanes import Lane
from jobs.nightly import Nightly
from jobs.sweeper import Sweeper
from run.environment import read_services
from run.web import serve_web
from run.worker import work


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads of each process.")
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages and the API."""
    read_services()  # refuse here, once, rather than in each worker process
    serve_web(host, port, workers, threads)


@click.command()
@click.argument("lane", type=click.Choice([lane.value for lane in Lane]))
def worker(lane: str) -> None:
    """Do the work of one lane when its bell rings."""
    services = read_services()
    redis_url = services.settings.redis_url
    if not redis_url:
        raise ConfigurationError("BRIDGE_REDIS_URL: a worker waits for a bell, so it needs Redis")
    work(services, sweeper_of(services), redis_url, Lane(lane))


@click.command()
def sweeper() -> None:
    """Look every 30 seconds for work that nobody was told of."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stopping.set())
    signal.signal(signal.SIGINT, lambda _signal, _frame: stopping.set())
    sweeper_of(read_services()).run(stopping.wait)


def sweeper_of(services: Services) -> Sweeper:
    """Give the sweeper of these services."""
    hour = services.settings.reconcile_hour
    return Sweeper(
        services.store,
        services.bell,
        services.clock,
        services.push_cases,
        services.synchronise,
        services.send_codes,
        services.follow_contacts,
        services.desk.release_contacts,
        services.absorb_inbox,
        services.follow_cases,
        Nightly(services.store, services.clock, services.reconcile, int(hour)) if hour else None,
        services.drop_raw,
    )
