"""Every port of the store over one connection, so that all is kept or nothing."""

from __future__ import annotations

from sqlalchemy import Connection

from bridge.adapters.store.agent_sessions import SqlAgentSessions
from bridge.adapters.store.agents import SqlAgents
from bridge.adapters.store.audit import SqlAudit
from bridge.adapters.store.bulk_jobs import SqlBulkJobs
from bridge.adapters.store.call_ledger import SqlCallLedger
from bridge.adapters.store.case_feed import SqlCaseFeed
from bridge.adapters.store.cases import SqlCases
from bridge.adapters.store.cases_in_org import SqlCasesInOrg
from bridge.adapters.store.conflicts import SqlConflicts
from bridge.adapters.store.contact_log import SqlContactLog
from bridge.adapters.store.inbox import SqlInbox
from bridge.adapters.store.intake import SqlIntake
from bridge.adapters.store.link_history import SqlLinkHistory
from bridge.adapters.store.link_moves import SqlLinkMoves
from bridge.adapters.store.links import SqlLinks
from bridge.adapters.store.notifications import SqlNotifications
from bridge.adapters.store.portal_clients import SqlPortalClients
from bridge.adapters.store.portal_grants import SqlPortalGrants
from bridge.adapters.store.portal_keys import SqlPortalKeys
from bridge.adapters.store.portal_requests import SqlPortalRequests
from bridge.adapters.store.proofs import SqlProofs
from bridge.adapters.store.pushes import SqlPushes
from bridge.adapters.store.raw_records import SqlRawRecords
from bridge.adapters.store.receipts import SqlReceipts
from bridge.adapters.store.reconciliations import SqlReconciliations
from bridge.adapters.store.reviews import SqlReviews
from bridge.adapters.store.service_keys import SqlServiceKeys
from bridge.adapters.store.sign_ins import SqlSignIns
from bridge.adapters.store.stopped import SqlStopped
from bridge.usecases.ports import Vault


class SqlTransaction:
    """The `Transaction` port."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self.bulk = SqlBulkJobs(connection)
        self.calls = SqlCallLedger(connection)
        self.cases = SqlCases(connection)
        self.pushes = SqlPushes(connection)
        self.intake = SqlIntake(connection, vault)
        self.inbox = SqlInbox(connection, vault)
        self.raw_records = SqlRawRecords(connection, vault)
        self.links = SqlLinks(connection)
        self.link_moves = SqlLinkMoves(connection)
        self.contact_log = SqlContactLog(connection)
        self.reviews = SqlReviews(connection)
        self.proofs = SqlProofs(connection)
        self.receipts = SqlReceipts(connection)
        self.agents = SqlAgents(connection, vault)
        self.agent_sessions = SqlAgentSessions(connection, vault)
        self.sign_ins = SqlSignIns(connection, vault)
        self.service_keys = SqlServiceKeys(connection, vault)
        self.portal_clients = SqlPortalClients(connection)
        self.portal_requests = SqlPortalRequests(connection, vault)
        self.portal_grants = SqlPortalGrants(connection, vault)
        self.portal_keys = SqlPortalKeys(connection)
        self.audit = SqlAudit(connection)
        self.link_history = SqlLinkHistory(connection)
        self.stopped = SqlStopped(connection)
        self.case_feed = SqlCaseFeed(connection)
        self.notifications = SqlNotifications(connection)
        self.in_org = SqlCasesInOrg(connection)
        self.conflicts = SqlConflicts(connection)
        self.reconciliations = SqlReconciliations(connection)
