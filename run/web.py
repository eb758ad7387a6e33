"""The web process: gunicorn around the application."""

from __future__ import annotations

import json
import sys
from functools import cache, partial
from typing import Any

from gunicorn.app.base import BaseApplication

from bridge.adapters.salesforce.describe import organization_id
from bridge.adapters.secrets import derived_key
from bridge.app import create_app
from bridge.errors import ConfigurationError
from bridge.http.origins import Origins
from bridge.settings import Settings
from bridge.wiring import load_mappings
from jobs.lanes import Lane
from run.environment import read_services, read_settings
from run.log_stream import LOG
from webhooks.municipal import municipal_blueprint
from webhooks.salesforce import salesforce_blueprint


class _Gunicorn(BaseApplication):
    """gunicorn with our settings instead of a configuration file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Each worker process makes its own services: connections may not cross a fork."""
        services = read_services()
        secrets = services.settings.webhook_secrets
        ring = partial(services.bell.ring, Lane.SYNC)
        salesforce = salesforce_blueprint(
            services.store,
            services.clock,
            services.settings.salesforce_notification_token,
            cache(partial(organization_id, services.salesforce)),
        )
        municipal = municipal_blueprint(
            services.store,
            services.clock,
            secrets,
            ring,
            services.receive_delivery,
            origins=Origins(derived_key(services.settings.secret_key.encode(), "origins")),
        )
        return create_app(services, [municipal, salesforce], {"log_lines_lost": lambda: LOG.lost})


def check_webhook_sources(settings: Settings) -> None:
    """Refuse secrets for sources nobody reads. Raises: ConfigurationError naming them."""
    unknown = settings.webhook_secrets.keys() - load_mappings(settings).keys()
    if unknown:
        raise ConfigurationError(f"BRIDGE_WEBHOOK_SECRETS: no mapping is named {', '.join(sorted(unknown))}")


def serve_web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM; print one JSON line when ready. Raises: ConfigurationError before any fork."""
    check_webhook_sources(read_settings())

    def ready(_server: Any) -> None:
        sys.stdout.write(json.dumps({"url": f"http://{host}:{port}"}) + "\n")
        sys.stdout.flush()

    _Gunicorn(
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 20,
            "when_ready": ready,
            "loglevel": "warning",
            # gunicorn's own most; orgs send requests to sign in with a state of thousands of characters.
            "limit_request_line": 8190,
            # gunicorn would open a control socket in the home folder, which may be read-only.
            "control_socket_disable": True,
        }
    ).run()
