"""What goes wrong during a soak; each kind must really have happened, or the run says nothing."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from redis import Redis
from redis.exceptions import RedisError
from requests.exceptions import RequestException

from tests.soak.hall import Hall

Wait = Callable[[float], object]
Fault = Callable[[Hall, random.Random, Wait], None]


def kill_a_process(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """One of ours ends in mid-work (F05, F06, F09)."""
    hall.kill(chance.choice(sorted(hall.running)))


def kill_everything(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """A power cut of our machine (F12)."""
    for name in sorted(hall.running):
        hall.kill(name)


def stop_a_worker_twice(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """A supervisor that repeats itself (F10)."""
    _, child = hall.running[chance.choice(sorted(name for name in hall.running if "worker" in name))]
    child.process.send_signal(signal.SIGTERM)
    wait(0.1)
    child.process.send_signal(signal.SIGTERM)


def empty_redis(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """Every bell is forgotten (F21)."""
    with (
        suppress(RedisError),
        Redis.from_url(hall.environment["BRIDGE_REDIS_URL"], socket_timeout=1) as client,
    ):
        client.flushall()


def freeze_redis(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """It takes connections and answers nothing (F24)."""
    with hall.redis.frozen():
        wait(chance.uniform(1, 4))


def restart_redis(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """It dies, is away for a while, and comes back empty (F22, F23)."""
    hall.redis.stop(at_once=True)
    wait(chance.uniform(0.5, 3))
    hall.redis.start()


def freeze_database(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """Transactions hang half-way (F29)."""
    with hall.database.frozen():
        wait(chance.uniform(1, 4))


def restart_database(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """In-flight transactions end, pools have to reconnect (F28)."""
    hall.database.stop()
    hall.database.start()


def kill_database(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """It recovers from its log (F28)."""
    hall.database.stop(at_once=True)
    hall.database.start()


def org_unavailable(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """503 for a while (F36)."""
    hall.switch(status=503, calls=-1)
    wait(chance.uniform(1, 3))
    hall.heal()


def org_drops_answers(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """It writes, then the road breaks: nobody knows that it did (F37, F38)."""
    hall.switch(after_write="drop", write_calls=chance.randint(1, 3))
    wait(chance.uniform(1, 3))
    hall.heal()


def org_locks_rows(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """A fifth of the rows cannot be locked (F40)."""
    hall.switch(lock_rate=0.2, seed=chance.randrange(1000))
    wait(chance.uniform(2, 5))
    hall.heal()


def org_ends_sessions(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """Tokens die between two calls (F42)."""
    hall.switch(expire_tokens="once")


def org_is_slow(hall: Hall, chance: random.Random, wait: Wait) -> None:
    """Each answer takes its time."""
    hall.switch(latency_s=round(chance.uniform(0.3, 1.0), 2))
    wait(chance.uniform(2, 4))
    hall.heal()


ALL: Mapping[str, Fault] = {
    fault.__name__: fault
    for fault in (
        kill_a_process,
        kill_everything,
        stop_a_worker_twice,
        empty_redis,
        freeze_redis,
        restart_redis,
        freeze_database,
        restart_database,
        kill_database,
        org_unavailable,
        org_drops_answers,
        org_locks_rows,
        org_ends_sessions,
        org_is_slow,
    )
}


@dataclass(slots=True)
class Schedule:
    """Faults one after the other: first each kind once, in a drawn order, then as chance has it."""

    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    _waiting: list[str] = field(default_factory=list)

    def strike(self, hall: Hall, wait: Wait) -> str:
        """Do the next; give its name."""
        if not self._waiting:
            self._waiting = self.chance.sample(sorted(ALL), len(ALL))
        name = self._waiting.pop()
        with suppress(RequestException):
            ALL[name](hall, self.chance, wait)
            self.done[name] += 1
        return name

    def missing(self) -> set[str]:
        """Give the kinds that never happened."""
        return set(ALL) - set(self.done)
