"""Builds the stand-in org as a Flask application."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from sandbox.salesforce import gate
from sandbox.salesforce.approvals import Approvals
from sandbox.salesforce.auth_provider.routes import auth_provider
from sandbox.salesforce.auth_provider.visits import Visits
from sandbox.salesforce.bin_control import bin_control
from sandbox.salesforce.bulk.control import bulk_control
from sandbox.salesforce.bulk.ingest import ingest
from sandbox.salesforce.bulk.jobs import Jobs
from sandbox.salesforce.bulk.query import bulk_query
from sandbox.salesforce.collections import collections
from sandbox.salesforce.composite import composite
from sandbox.salesforce.control import control
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.faults import Faults
from sandbox.salesforce.identity import identity
from sandbox.salesforce.ids import make_id
from sandbox.salesforce.limits import Limits
from sandbox.salesforce.login import login
from sandbox.salesforce.org import Credentials, Org
from sandbox.salesforce.outbox import Outbox
from sandbox.salesforce.outbox_control import outbox_control
from sandbox.salesforce.queries import queries
from sandbox.salesforce.recycle_bin import RecycleBin
from sandbox.salesforce.replication import replication
from sandbox.salesforce.resources import resources
from sandbox.salesforce.schema.loading import load_schema
from sandbox.salesforce.seed import seed
from sandbox.salesforce.soap import soap
from sandbox.salesforce.sobjects import sobjects
from sandbox.salesforce.stats import Stats
from sandbox.salesforce.storage import Storage
from sandbox.salesforce.tokens import Tokens
from sandbox.salesforce.tree import tree
from sandbox.salesforce.viewer import viewer

CONSUMER_KEY = "3MVG9sandboxConsumerKey"
CONSUMER_SECRET = "sandbox-consumer-secret"  # noqa: S105 - a stand-in's, shown on its ready line
USERNAME = "integration@ville.example"
SESSION_LIFE_S = 7200
_DATA = (
    login,
    identity,
    resources,
    sobjects,
    replication,
    collections,
    composite,
    tree,
    queries,
    ingest,
    bulk_query,
    soap,
)


def build(
    base_url: str,
    *,
    packages: Sequence[Path] = (),
    database: Path | None = None,
    consumer_key: str = CONSUMER_KEY,
    consumer_secret: str = CONSUMER_SECRET,
    username: str = USERNAME,
    public_key_pem: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    page_size: int = 2000,
) -> tuple[Flask, dict[str, object]]:
    """The application, and what a client needs to reach it.

    `packages`: folders of metadata in source format, whose custom fields the org gets. `database`: a file
    to keep; without one the org lasts as long as the application. `page_size`: rows of a query page at most.
    """
    app = Flask(__name__)
    folder = Path(tempfile.mkdtemp(prefix="salesforce-sandbox-"))
    weakref.finalize(app, shutil.rmtree, folder, ignore_errors=True)
    schema = load_schema(packages)
    organization_id, user_id = make_id("00D", 1), make_id("005", 1)
    faults = Faults()
    storage = Storage(database or folder / "org.sqlite3", schema)
    org = Org(
        base_url=base_url.rstrip("/"),
        organization_id=organization_id,
        user_id=user_id,
        agent_id=make_id("005", 2),
        credentials=Credentials(consumer_key, consumer_secret, username, public_key_pem),
        clock=clock,
        started_at=clock(),
        schema=schema,
        storage=storage,
        tokens=Tokens(organization_id, user_id, clock, SESSION_LIFE_S),
        limits=Limits(),
        faults=faults,
        stats=Stats(),
        cursors=Cursors(folder, page_size),
        bin=RecycleBin(),
        outbox=Outbox(storage, organization_id, base_url.rstrip("/"), clock),
        approvals=Approvals(clock),
        bulk=Jobs(folder, user_id, clock, faults),
    )
    seed(org)
    app.extensions["salesforce_org"] = org
    app.extensions["salesforce_visits"] = Visits()
    gate.install(app)
    for blueprint in (*_DATA, auth_provider, control, bin_control, bulk_control, outbox_control, viewer):
        app.register_blueprint(blueprint)
    return app, _ready(org)


def _ready(org: Org) -> dict[str, object]:
    return {
        "url": org.base_url,
        "access_token": org.tokens.lasting,
        "consumer_key": org.credentials.consumer_key,
        "consumer_secret": org.credentials.consumer_secret,
        "username": org.credentials.username,
        "password": org.credentials.password,
        "security_token": org.credentials.security_token,
        "login_url": org.base_url,
        "instance_url": org.base_url,
    }
