"""A Redis that drops bells in silence is refused; one that is away is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.errors import ConfigurationError
from run.redis_policy import refuse_unsafe_redis
from tests.jobs.redis_server import RunningRedis, redis_server


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RunningRedis]:
    """Give a Redis of this test's own."""
    with redis_server(tmp_path / "log") as running:
        yield running


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_evicts_is_refused(redis: RunningRedis, policy: str) -> None:
    """The operator reads which policy was found and which is needed; a sandbox may do as it likes."""
    redis.client.config_set("maxmemory-policy", policy)
    with pytest.raises(ConfigurationError) as caught:
        refuse_unsafe_redis(redis.url, sandbox=False)
    assert caught.value.explanation == (
        f"BRIDGE_REDIS_URL: this Redis has maxmemory-policy {policy}, so it drops work in silence; "
        "set it to noeviction, or use a Redis of its own"
    )
    refuse_unsafe_redis(redis.url, sandbox=True)


def test_the_embedded_redis_is_safe(redis: RunningRedis) -> None:
    """Ours keeps what it is told, and writes nothing to disk."""
    refuse_unsafe_redis(redis.url, sandbox=False)
    assert redis.client.config_get("save") == {"save": ""}


def test_a_redis_that_hides_its_settings_is_taken(redis: RunningRedis) -> None:
    """A hosted Redis may not say; the sweeper makes up for what it loses."""
    redis.client.acl_setuser(
        "default", enabled=True, nopass=True, keys=["*"], categories=["+@all"], commands=["-config"]
    )
    refuse_unsafe_redis(redis.url, sandbox=False)


def test_a_redis_that_is_away_is_no_reason_to_stop(tmp_path: Path) -> None:
    """A process starts without Redis as it runs without it."""
    refuse_unsafe_redis(f"unix://{tmp_path}/none.sock", sandbox=False)
