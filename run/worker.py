"""A worker of one lane: RQ listens, SQL says what to do."""

from __future__ import annotations

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from bridge.wiring import Services
from jobs import functions
from jobs.bare_bell import BareBell
from jobs.lanes import Lane
from jobs.sweeper import Sweeper


def work(services: Services, sweeper: Sweeper, redis_url: str, lane: Lane) -> None:
    """Listen to one lane until SIGTERM.

    One lane a process, for a worker of two loses a job killed between pop and start; and in this very
    process, for a forked one outlives a killed parent and repeats its work.
    """
    functions.bind(
        {
            Lane.PUSH: services.push_cases,
            Lane.SYNC: sweeper.read_due_sources,
            Lane.MESSAGES: services.send_codes,
            Lane.INBOX: services.absorb_inbox,
        }
    )
    lane_worker(Redis.from_url(redis_url), lane).work(logging_level="WARNING")


def lane_worker(connection: Redis, lane: Lane) -> SimpleWorker:
    """Give the worker of one lane, which calls what a bell may name and nothing else."""
    queue = Queue(lane, connection=connection, job_class=BareBell, serializer=JSONSerializer)
    return SimpleWorker(
        [queue],
        connection=connection,
        job_class=BareBell,
        serializer=JSONSerializer,
        worker_ttl=60,
        maintenance_interval=30,
        log_job_description=False,
    )
