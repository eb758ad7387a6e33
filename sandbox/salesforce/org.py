"""The org put together: what every endpoint works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from sandbox.salesforce.acting import acting_user
from sandbox.salesforce.approvals import Approvals
from sandbox.salesforce.bulk.jobs import Jobs
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.faults import Faults
from sandbox.salesforce.limits import Limits
from sandbox.salesforce.outbox import Outbox
from sandbox.salesforce.recycle_bin import RecycleBin
from sandbox.salesforce.schema.model import Schema
from sandbox.salesforce.stats import Stats
from sandbox.salesforce.storage import Storage
from sandbox.salesforce.tokens import Tokens

FIRST_VERSION = 31
LAST_VERSION = 67


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one app and the one user this org knows; without a public key no assertion is accepted."""

    consumer_key: str
    consumer_secret: str
    username: str
    public_key_pem: str | None
    password: str = "sandbox-password"  # noqa: S105 - a stand-in's, shown on its ready line
    security_token: str = "sandboxSecurityToken"  # noqa: S105 - the same


@dataclass(frozen=True, slots=True)
class Org:
    """The parts of one stand-in org."""

    base_url: str
    organization_id: str
    user_id: str
    agent_id: str
    credentials: Credentials
    clock: Callable[[], datetime]
    started_at: datetime
    schema: Schema
    storage: Storage
    tokens: Tokens
    limits: Limits
    faults: Faults
    stats: Stats
    cursors: Cursors
    bin: RecycleBin
    outbox: Outbox
    bulk: Jobs
    approvals: Approvals

    def announce(self, sobject: str, record_id: str) -> None:
        """Tell listeners of a saved record, unless its writer's profile sends no outbound messages."""
        if not self.faults.switches.integration_user_silent or acting_user(self.user_id) != self.user_id:
            self.outbox.changed(sobject, record_id)

    @property
    def identity_url(self) -> str:
        """Where the running user is described."""
        return f"{self.base_url}/id/{self.organization_id}/{self.user_id}"


def current_org() -> Org:
    """The org of the application that serves this request."""
    org: Org = current_app.extensions["salesforce_org"]
    return org
