"""Puts the parts together: settings in, services out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bridge.adapters.clock import SystemClock
from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.config import SalesforceConfig
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_desk import SalesforceContactDesk
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.secrets import FernetVault, KeyedPseudonyms
from bridge.adapters.sources import build_reader
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.errors import ConfigurationError
from bridge.settings import Settings
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.agent_desk import AgentDesk, DeskPorts
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import Bell, Clock, SourceReader, Store
from bridge.usecases.push_cases import PushCases
from bridge.usecases.read_cases import ReadCases
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.sign_in import SignIn
from bridge.usecases.synchronise import Synchronise
from bridge.usecases.translate_record import VOCABULARY
from mappings.errors import MappingError
from mappings.loader import load_salesforce, load_sources
from mappings.model import SourceMapping

_FROM_ENVIRONMENT = "env:"
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
    sign_in: SignIn
    absorb: AbsorbDelivery
    synchronise: Synchronise
    replay_parked: ReplayParked
    push_cases: PushCases
    read_cases: ReadCases
    desk: AgentDesk


def build_services(settings: Settings, bell: Bell) -> Services:
    """Give the services; the database is brought to its present form first.

    Raises: ConfigurationError when a mapping, an option or a key is wrong.
    """
    clock = SystemClock()
    pseudonyms = KeyedPseudonyms(settings.hash_keys)
    vault = FernetVault(settings.encryption_keys.values())
    engine = create_store_engine(settings.database_url)
    migrate(engine)
    store = SqlStore(engine, vault)
    sources = load_mappings(settings)
    salesforce = SalesforceConnection(_salesforce_config(settings), clock)
    while_waiting = SalesforceConnection(_salesforce_config(settings), clock, limits=_WHILE_A_CITIZEN_WAITS)
    contacts = SalesforceContacts(while_waiting, load_salesforce("contact"))
    link = LinkContact(store, contacts, pseudonyms, vault, clock, bell)
    absorb = AbsorbDelivery(store, pseudonyms, clock)
    provider = FranceConnect(_franceconnect_config(settings), clock)
    replay = ReplayParked(store, sources, absorb)
    desk = DeskPorts(
        store=store,
        contacts=contacts,
        sheets=SalesforceContactDesk(while_waiting, load_salesforce("contact")),
        pseudonyms=pseudonyms,
        vault=vault,
        clock=clock,
        bell=bell,
        mappings=sources,
        replay=replay,
        require_budget=salesforce.spare_reserve,
    )
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        bell=bell,
        mappings=sources,
        salesforce=salesforce,
        sign_in=SignIn(store, provider, vault, clock, link, settings.franceconnect_issuer),
        absorb=absorb,
        synchronise=Synchronise(store, sources, _readers(settings, sources, clock), absorb, clock, bell),
        replay_parked=replay,
        push_cases=PushCases(store, SalesforceCases(salesforce, load_salesforce("case")), clock),
        read_cases=ReadCases(store, sources, clock),
        desk=AgentDesk.over(desk, by_two=settings.reviews_confirmed_by_two),
    )


def load_mappings(settings: Settings) -> dict[str, SourceMapping]:
    """Give the sources of this town. Raises: ConfigurationError naming file and key."""
    folder: Traversable = files("mappings") / "municipal"
    if settings.sources_dir:
        folder = Path(settings.sources_dir)
    try:
        return load_sources(folder, VOCABULARY)
    except MappingError as error:
        raise ConfigurationError(str(error)) from error


def _readers(
    settings: Settings, sources: Mapping[str, SourceMapping], clock: Clock
) -> dict[str, SourceReader]:
    return {
        name: build_reader(name, _options(settings, mapping), timezone=mapping.timezone, clock=clock)
        for name, mapping in sources.items()
    }


def _options(settings: Settings, mapping: SourceMapping) -> dict[str, object]:
    """Fill in the options that a file leaves to the environment: addresses and credentials."""
    options = dict(mapping.transport)
    for key, value in options.items():
        if isinstance(value, str) and value.startswith(_FROM_ENVIRONMENT):
            name = value.removeprefix(_FROM_ENVIRONMENT)
            if not settings.environment.get(name):
                raise ConfigurationError(f"{name}: needed by {mapping.file}, key transport.{key}")
            options[key] = settings.environment[name]
    return options


def _franceconnect_config(settings: Settings) -> FranceConnectConfig:
    return FranceConnectConfig(
        issuer=settings.franceconnect_issuer,
        client_id=settings.franceconnect_client_id,
        client_secret=settings.franceconnect_client_secret,
        redirect_uri=f"{settings.base_url}/login/franceconnect/callback",
        post_logout_redirect_uri=f"{settings.base_url}/logout/callback",
        acr=settings.franceconnect_acr,
        signing_alg=settings.franceconnect_signing_alg,
    )


def _salesforce_config(settings: Settings) -> SalesforceConfig:
    key_file = settings.salesforce_private_key_file
    return SalesforceConfig(
        login_url=settings.salesforce_login_url,
        consumer_key=settings.salesforce_consumer_key,
        consumer_secret=settings.salesforce_consumer_secret or None,
        username=settings.salesforce_username or None,
        private_key_pem=Path(key_file).read_text() if key_file else None,
        api_version=settings.salesforce_api_version,
    )
