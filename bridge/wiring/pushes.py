"""The ways changed cases reach the org: by call, and in jobs the org works on."""

from __future__ import annotations

from bridge.adapters.salesforce.bulk import SalesforceBulk
from bridge.adapters.salesforce.case_events import SalesforceCaseEvents
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.usecases.carry_bulk import CarryBulk
from bridge.usecases.follow_bulk import FollowBulk
from bridge.usecases.ports import CallBudget, Clock, Store
from bridge.usecases.push_cases import PushCases
from bridge.usecases.send_bulk import SendBulk
from bridge.usecases.settle_pushes import SettlePushes
from bridge.usecases.tell_timelines import TellTimelines
from mappings.loader import load_salesforce


def build_pushes(
    store: Store, salesforce: SalesforceConnection, clock: Clock, budget: CallBudget, bulk_from: int
) -> PushCases:
    """Give the lane to the org; `bulk_from` due cases are a job, with 0 nothing ever is."""
    cases = SalesforceCases(salesforce, load_salesforce("case"))
    events = load_salesforce("case_event")
    tell = TellTimelines(store, SalesforceCaseEvents(salesforce, events, clock))
    settling = SettlePushes(store, clock, budget=budget)
    loader = SalesforceBulk(salesforce, cases, events)
    sending = SendBulk(store, loader, clock, settling)
    following = FollowBulk(store, loader, clock, settling, sending, tell, bulk_from)
    bulk = CarryBulk(store, clock, settling, sending, following, bulk_from) if bulk_from else None
    return PushCases(store, cases, clock, tell=tell, budget=budget, bulk=bulk)
