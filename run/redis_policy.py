"""A Redis that evicts would lose bells in silence; it is refused before work begins."""

from __future__ import annotations

from typing import cast

from redis import Redis
from redis.exceptions import RedisError

from bridge.errors import ConfigurationError

_SAFE = "noeviction"


def refuse_unsafe_redis(redis_url: str, *, sandbox: bool) -> None:
    """Check the memory policy.

    A Redis that does not answer, or hides its settings, is no reason to stop: the sweeper works without it.
    Raises: ConfigurationError when keys may be evicted.
    """
    try:
        with Redis.from_url(redis_url, socket_timeout=2, decode_responses=True) as client:
            policy = cast("dict[str, str]", client.config_get("maxmemory-policy"))
    except RedisError:
        return
    found = policy.get("maxmemory-policy", _SAFE)
    if found != _SAFE and not sandbox:
        raise ConfigurationError(
            f"BRIDGE_REDIS_URL: this Redis has maxmemory-policy {found}, so it drops work in silence; "
            f"set it to {_SAFE}, or use a Redis of its own"
        )
