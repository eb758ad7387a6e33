"""Puts the parts together: settings in, services out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bridge.adapters.clock import SystemClock
from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.report_seal import Ed25519Seal
from bridge.adapters.salesforce.budget import ApiBudget
from bridge.adapters.salesforce.case_census import SalesforceCaseCensus
from bridge.adapters.salesforce.case_changes import SalesforceCaseChanges
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_desk import SalesforceContactDesk
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.merges import SalesforceContactChanges
from bridge.adapters.secrets import FernetVault, KeyedPseudonyms
from bridge.adapters.store.call_ledger import SqlCallCounter
from bridge.adapters.store.database_clock import DatabaseClock
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.crash_points import arm
from bridge.domain.synchronisation import CallLane
from bridge.settings import Settings
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.absorb_inbox import AbsorbInbox
from bridge.usecases.agent_desk import AgentDesk, DeskPorts
from bridge.usecases.agent_sign_in import AgentSignIn
from bridge.usecases.follow_cases import FollowCases
from bridge.usecases.follow_contacts import FollowContacts
from bridge.usecases.keep_agents import KeepAgents
from bridge.usecases.keep_raw import DropRaw, KeepRaw
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import Bell, CallBudget, CallCounter, Clock, Store
from bridge.usecases.possession import Possession, PossessionParts
from bridge.usecases.provider import (
    Provider,
)
from bridge.usecases.push_cases import PushCases
from bridge.usecases.read_cases import ReadCases
from bridge.usecases.receive_delivery import ReceiveDelivery
from bridge.usecases.reconcile import Reconcile
from bridge.usecases.remap_source import RemapSource
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.replay_stopped import ReplayStopped
from bridge.usecases.restore_keys import RestoreKeys
from bridge.usecases.send_codes import SendCodes
from bridge.usecases.sign_in import SignIn
from bridge.usecases.synchronise import Synchronise
from bridge.usecases.tell_silence import TellSilence
from bridge.wiring.doors import agents_door, citizens_doors
from bridge.wiring.messages import code_senders
from bridge.wiring.provider import build_provider
from bridge.wiring.pushes import build_pushes
from bridge.wiring.registrations import salesforce_config
from bridge.wiring.sources import build_readers, load_mappings, load_sheets
from mappings.loader import load_salesforce
from mappings.model import SourceMapping
from mappings.procedure_sheets import ProcedureSheet

_WHILE_A_CITIZEN_WAITS = OutboundLimits(read_timeout_s=5, total_timeout_s=10)


@dataclass(frozen=True, slots=True)
class Services:
    """What a process can do; each is put together once."""

    settings: Settings
    clock: Clock
    store: Store
    bell: Bell
    mappings: Mapping[str, SourceMapping]
    procedures: Mapping[str, ProcedureSheet]
    salesforce: SalesforceConnection
    budget: CallBudget
    franceconnect: FranceConnect
    franceconnect_plus: FranceConnect | None
    own_keys: OwnKeys
    sign_in: SignIn
    sign_in_plus: SignIn | None
    agent_sign_in: AgentSignIn | None
    agents: KeepAgents
    absorb: AbsorbDelivery
    receive_delivery: ReceiveDelivery
    absorb_inbox: AbsorbInbox
    synchronise: Synchronise
    replay_parked: ReplayParked
    drop_raw: DropRaw
    remap: RemapSource
    push_cases: PushCases
    read_cases: ReadCases
    possession: Possession
    send_codes: SendCodes
    desk: AgentDesk
    follow_contacts: FollowContacts
    provider: Provider
    follow_cases: FollowCases
    reconcile: Reconcile
    report_seal: Ed25519Seal
    replay_stopped: ReplayStopped


def build_services(
    settings: Settings,
    bell: Bell,
    clock: Clock | None = None,
    counted: Callable[[CallCounter], CallCounter] = lambda in_sql: in_sql,
) -> Services:
    """Give the services; the database is brought to its present form first. `clock` is the machine's.

    `counted` may put a quicker count of the org's calls before the one in SQL.
    Raises: ConfigurationError when a mapping, an option or a key is wrong.
    """
    arm(settings.environment, sandbox=settings.sandbox)
    pseudonyms = KeyedPseudonyms(settings.hash_keys)
    vault = FernetVault(settings.encryption_keys.values())
    engine = create_store_engine(settings.database_url)
    migrate(engine)
    # Leases and due dates go by the database's clock, which all processes share.
    shared = clock or DatabaseClock(engine, SystemClock())
    clock = clock or SystemClock()
    store = SqlStore(engine, vault)
    sources, procedures = load_mappings(settings), load_sheets(settings)
    readers = build_readers(settings, sources, clock, store)
    budget = ApiBudget(clock.now, counted(SqlCallCounter(store)))
    salesforce = SalesforceConnection(salesforce_config(settings), clock, budget=budget)
    prompt = SalesforceConnection(
        salesforce_config(settings),
        clock,
        limits=_WHILE_A_CITIZEN_WAITS,
        budget=budget,
        lane=CallLane.CITIZEN,
    )
    contacts = SalesforceContacts(prompt, load_salesforce("contact"))
    link = LinkContact(store, contacts, pseudonyms, vault, clock, bell)
    keep_raw = KeepRaw(settings.raw_record_days)
    absorb = AbsorbDelivery(store, pseudonyms, shared, keep_raw)
    senders = code_senders(settings, clock)
    cases = SalesforceCases(prompt, load_salesforce("case"))
    parts = PossessionParts(store, contacts, cases, pseudonyms, vault, clock, bell, tuple(senders))
    replay = ReplayParked(store, sources, absorb)
    sheets = SalesforceContactDesk(prompt, load_salesforce("contact"))
    spare = salesforce.spare_reserve
    changes = SalesforceContactChanges(salesforce, load_salesforce("contact"))
    case_changes = SalesforceCaseChanges(salesforce, load_salesforce("case"))
    may_send = RestoreKeys(store, case_changes)
    ports = (store, contacts, sheets, changes, pseudonyms, vault, clock, bell, sources, replay, spare)
    desk = AgentDesk.over(DeskPorts(*ports, budget, may_send), by_two=settings.reviews_confirmed_by_two)
    seal = Ed25519Seal(settings.hash_keys)
    doors = citizens_doors(settings, store, vault, clock, link)
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        bell=bell,
        mappings=sources,
        procedures=procedures,
        salesforce=salesforce,
        budget=budget,
        franceconnect=doors.franceconnect,
        franceconnect_plus=doors.franceconnect_plus,
        own_keys=doors.own_keys,
        sign_in=doors.sign_in,
        sign_in_plus=doors.sign_in_plus,
        agent_sign_in=agents_door(settings, store, pseudonyms, vault, clock),
        agents=KeepAgents(store, pseudonyms, clock, frozenset(sources)),
        absorb=absorb,
        receive_delivery=ReceiveDelivery(store, sources, pseudonyms, shared, bell, settings.webhook_quota),
        absorb_inbox=AbsorbInbox(store, sources, absorb, shared, bell),
        synchronise=Synchronise(store, sources, readers, absorb, clock, bell),
        replay_parked=replay,
        drop_raw=DropRaw(store, sources, keep_raw, clock),
        remap=RemapSource(store, sources, absorb, replay, clock, bell),
        push_cases=build_pushes(store, salesforce, shared, budget, settings.salesforce_bulk_from),
        read_cases=ReadCases(store, sources, clock, TellSilence(procedures)),
        possession=parts.together(),
        send_codes=SendCodes(store, contacts, pseudonyms, clock, senders, settings.town_name),
        desk=desk,
        follow_contacts=FollowContacts(store, changes, clock, bell),
        provider=build_provider(settings, store, vault, clock),
        follow_cases=FollowCases(store, case_changes, changes, clock, bell),
        reconcile=Reconcile(
            store,
            SalesforceCaseCensus(salesforce, load_salesforce("case")),
            seal,
            sources,
            clock,
            bell,
            lambda: salesforce.calls_made,
        ),
        report_seal=seal,
        replay_stopped=desk.replay_stopped,
    )
