"""Puts the parts together: settings in, services out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.adapters.clock import SystemClock
from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.salesforce.case_events import SalesforceCaseEvents
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_desk import SalesforceContactDesk
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.merges import SalesforceContactChanges
from bridge.adapters.secrets import FernetVault, KeyedPseudonyms
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.settings import Settings
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.agent_desk import AgentDesk, DeskPorts
from bridge.usecases.agent_sign_in import AgentSignIn
from bridge.usecases.follow_contacts import FollowContacts
from bridge.usecases.keep_agents import KeepAgents
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import Bell, Clock, Store
from bridge.usecases.possession import Possession, PossessionParts
from bridge.usecases.provider import (
    Provider,
)
from bridge.usecases.push_cases import PushCases
from bridge.usecases.read_cases import ReadCases
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.send_codes import SendCodes
from bridge.usecases.sign_in import SignIn
from bridge.usecases.synchronise import Synchronise
from bridge.usecases.tell_timelines import TellTimelines
from bridge.wiring.doors import agents_door, citizens_doors
from bridge.wiring.messages import code_senders
from bridge.wiring.provider import build_provider
from bridge.wiring.registrations import salesforce_config
from bridge.wiring.sources import build_readers, load_mappings
from mappings.loader import load_salesforce
from mappings.model import SourceMapping

_WHILE_A_CITIZEN_WAITS = OutboundLimits(read_timeout_s=5, total_timeout_s=10)


@dataclass(frozen=True, slots=True)
class Services:
    """What a process can do; each is put together once."""

    settings: Settings
    clock: Clock
    store: Store
    bell: Bell
    mappings: Mapping[str, SourceMapping]
    salesforce: SalesforceConnection
    franceconnect: FranceConnect
    franceconnect_plus: FranceConnect | None
    own_keys: OwnKeys
    sign_in: SignIn
    sign_in_plus: SignIn | None
    agent_sign_in: AgentSignIn | None
    agents: KeepAgents
    absorb: AbsorbDelivery
    synchronise: Synchronise
    replay_parked: ReplayParked
    push_cases: PushCases
    read_cases: ReadCases
    possession: Possession
    send_codes: SendCodes
    desk: AgentDesk
    follow_contacts: FollowContacts
    provider: Provider


def build_services(settings: Settings, bell: Bell, clock: Clock | None = None) -> Services:
    """Give the services; the database is brought to its present form first. `clock` is the machine's.

    Raises: ConfigurationError when a mapping, an option or a key is wrong.
    """
    clock = clock or SystemClock()
    pseudonyms = KeyedPseudonyms(settings.hash_keys)
    vault = FernetVault(settings.encryption_keys.values())
    engine = create_store_engine(settings.database_url)
    migrate(engine)
    store = SqlStore(engine, vault)
    sources = load_mappings(settings)
    readers = build_readers(settings, sources, clock, store)
    salesforce = SalesforceConnection(salesforce_config(settings), clock)
    prompt = SalesforceConnection(salesforce_config(settings), clock, limits=_WHILE_A_CITIZEN_WAITS)
    contacts = SalesforceContacts(prompt, load_salesforce("contact"))
    link = LinkContact(store, contacts, pseudonyms, vault, clock, bell)
    absorb = AbsorbDelivery(store, pseudonyms, clock)
    senders = code_senders(settings, clock)
    cases = SalesforceCases(prompt, load_salesforce("case"))
    parts = PossessionParts(store, contacts, cases, pseudonyms, vault, clock, bell, tuple(senders))
    replay = ReplayParked(store, sources, absorb)
    sheets = SalesforceContactDesk(prompt, load_salesforce("contact"))
    spare = salesforce.spare_reserve
    changes = SalesforceContactChanges(salesforce, load_salesforce("contact"))
    desk = DeskPorts(store, contacts, sheets, changes, pseudonyms, vault, clock, bell, sources, replay, spare)
    doors = citizens_doors(settings, store, vault, clock, link)
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        bell=bell,
        mappings=sources,
        salesforce=salesforce,
        franceconnect=doors.franceconnect,
        franceconnect_plus=doors.franceconnect_plus,
        own_keys=doors.own_keys,
        sign_in=doors.sign_in,
        sign_in_plus=doors.sign_in_plus,
        agent_sign_in=agents_door(settings, store, pseudonyms, vault, clock),
        agents=KeepAgents(store, pseudonyms, clock, frozenset(sources)),
        absorb=absorb,
        synchronise=Synchronise(store, sources, readers, absorb, clock, bell),
        replay_parked=replay,
        push_cases=PushCases(
            store,
            SalesforceCases(salesforce, load_salesforce("case")),
            clock,
            tell=TellTimelines(store, SalesforceCaseEvents(salesforce, load_salesforce("case_event"), clock)),
        ),
        read_cases=ReadCases(store, sources, clock),
        possession=parts.together(),
        send_codes=SendCodes(store, contacts, pseudonyms, clock, senders, settings.town_name),
        desk=AgentDesk.over(desk, by_two=settings.reviews_confirmed_by_two),
        follow_contacts=FollowContacts(store, changes, clock, bell),
        provider=build_provider(settings, store, vault, clock),
    )
