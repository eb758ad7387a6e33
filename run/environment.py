"""Where the settings come from: the environment, and a `.env` file for what it does not say."""

from __future__ import annotations

import os

from dotenv import dotenv_values

from bridge.settings import Settings, load_settings
from bridge.wiring import Services, build_services
from jobs.bell import RqBell, SilentBell
from jobs.call_counter import RedisCallCounter
from run.redis_policy import refuse_unsafe_redis


def read_settings() -> Settings:
    """Give the settings of this process. Raises: ConfigurationError."""
    return load_settings(process_environment())


def process_environment() -> dict[str, str]:
    """Give the environment, and what the `.env` file of this folder adds to it, to the letter."""
    written = dotenv_values(".env", interpolate=False)
    return {name: value for name, value in written.items() if value is not None} | os.environ


def read_services() -> Services:
    """Give the services of this process. Raises: ConfigurationError."""
    return services_of(read_settings())


def services_of(settings: Settings) -> Services:
    """Give the services these settings ask for, with Redis where there is one. Raises: ConfigurationError."""
    if not settings.redis_url:
        return build_services(settings, SilentBell())
    refuse_unsafe_redis(settings.redis_url, sandbox=settings.sandbox)
    redis_url = settings.redis_url
    return build_services(
        settings, RqBell(redis_url), counted=lambda in_sql: RedisCallCounter(redis_url, in_sql)
    )
