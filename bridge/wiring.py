"""Puts the parts together: settings in, services out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bridge.adapters.clock import SystemClock
from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.client_key import ClientKey, client_key
from bridge.adapters.franceconnect.config import FranceConnectConfig
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.messages.sms import SmsSender
from bridge.adapters.messages.smtp import SmtpSender
from bridge.adapters.outbound import OutboundLimits
from bridge.adapters.portal_tokens import JoseTokens
from bridge.adapters.proconnect.client import ProConnect
from bridge.adapters.proconnect.config import ProConnectConfig
from bridge.adapters.salesforce.case_events import SalesforceCaseEvents
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.config import SalesforceConfig
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contact_desk import SalesforceContactDesk
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.merges import SalesforceContactChanges
from bridge.adapters.secrets import FernetVault, KeyedPseudonyms
from bridge.adapters.sources import build_reader
from bridge.adapters.sources.from_environment import filled_options
from bridge.adapters.store.engine import create_store_engine
from bridge.adapters.store.schema import migrate
from bridge.adapters.store.store import SqlStore
from bridge.domain.proof import Channel
from bridge.errors import ConfigurationError
from bridge.settings import Settings
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.agent_desk import AgentDesk, DeskPorts
from bridge.usecases.agent_sign_in import AgentSignIn
from bridge.usecases.follow_contacts import FollowContacts
from bridge.usecases.keep_agents import KeepAgents
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import Bell, Clock, CodeSender, Pseudonyms, SourceReader, Store, Vault
from bridge.usecases.possession import Possession, PossessionParts
from bridge.usecases.provider import (
    Authorize,
    Clients,
    EndSession,
    IssueTokens,
    OpenToBearer,
    Provider,
    RevokeToken,
    TellUserinfo,
)
from bridge.usecases.provider.tokens import TokenRules
from bridge.usecases.push_cases import PushCases
from bridge.usecases.read_cases import ReadCases
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.send_codes import SendCodes
from bridge.usecases.sign_in import PLUS_DOOR, SignIn
from bridge.usecases.synchronise import Synchronise
from bridge.usecases.tell_timelines import TellTimelines
from bridge.usecases.translate_record import VOCABULARY
from mappings.errors import MappingError
from mappings.loader import load_salesforce, load_sources
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
    salesforce = SalesforceConnection(_salesforce_config(settings), clock)
    prompt = SalesforceConnection(_salesforce_config(settings), clock, limits=_WHILE_A_CITIZEN_WAITS)
    contacts = SalesforceContacts(prompt, load_salesforce("contact"))
    link = LinkContact(store, contacts, pseudonyms, vault, clock, bell)
    absorb = AbsorbDelivery(store, pseudonyms, clock)
    senders = _code_senders(settings, clock)
    cases = SalesforceCases(prompt, load_salesforce("case"))
    parts = PossessionParts(store, contacts, cases, pseudonyms, vault, clock, bell, tuple(senders))
    provider = FranceConnect(_franceconnect_config(settings), clock)
    replay = ReplayParked(store, sources, absorb)
    sheets = SalesforceContactDesk(prompt, load_salesforce("contact"))
    spare = salesforce.spare_reserve
    desk = DeskPorts(store, contacts, sheets, pseudonyms, vault, clock, bell, sources, replay, spare)
    own_keys = OwnKeys(store, clock, PLUS_DOOR)
    plus = None
    if settings.franceconnect_plus_issuer:
        plus = FranceConnect(_franceconnect_plus_config(settings), clock, own_keys=own_keys)
    sign_in = SignIn(store, provider, vault, clock, link, settings.franceconnect_issuer)
    return Services(
        settings=settings,
        clock=clock,
        store=store,
        bell=bell,
        mappings=sources,
        salesforce=salesforce,
        franceconnect=provider,
        franceconnect_plus=plus,
        own_keys=own_keys,
        sign_in=replace(sign_in, other_doors={PLUS_DOOR: plus} if plus else {}),
        sign_in_plus=_plus_door(sign_in, plus) if plus else None,
        agent_sign_in=_agent_sign_in(settings, store, pseudonyms, vault, clock),
        agents=KeepAgents(store, pseudonyms, clock, frozenset(sources)),
        absorb=absorb,
        synchronise=Synchronise(store, sources, _readers(settings, sources, clock), absorb, clock, bell),
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
        follow_contacts=FollowContacts(
            store, SalesforceContactChanges(salesforce, load_salesforce("contact")), clock, bell
        ),
        provider=build_provider(settings, store, vault, clock),
    )


def build_provider(settings: Settings, store: Store, vault: Vault, clock: Clock) -> Provider:
    """Give the bridge as an OpenID provider.

    Raises: ConfigurationError when a key of ours also speaks for us elsewhere.
    """
    signer = JoseTokens(store, vault, clock)
    signer.refuse_shared(
        {
            "BRIDGE_FRANCECONNECT_PRIVATE_KEY_FILE": settings.franceconnect_private_key_file,
            "BRIDGE_SALESFORCE_PRIVATE_KEY_FILE": settings.salesforce_private_key_file,
        }
    )
    issuer, rules = settings.base_url, TokenRules(settings.base_url)
    return Provider(
        issuer=issuer,
        signer=signer,
        clients=Clients(store, clock),
        authorize=Authorize(store, signer, clock, issuer),
        issue=IssueTokens(store, signer, clock, rules),
        open_to_bearer=OpenToBearer(store, signer, clock, rules),
        userinfo=TellUserinfo(store, clock),
        revoke=RevokeToken(store, signer, clock),
        end_session=EndSession(store, signer, clock, issuer),
    )


def _code_senders(settings: Settings, clock: Clock) -> dict[Channel, CodeSender]:
    """Give the roads of this town; one that is not set up is not offered."""
    senders: dict[Channel, CodeSender] = {}
    if settings.smtp_url:
        senders[Channel.EMAIL] = SmtpSender(settings.smtp_url, settings.mail_from, clock)
    if settings.sms_url:
        senders[Channel.SMS] = SmsSender(settings.sms_url, settings.sms_token, clock)
    return senders


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
    given = settings.environment
    return {
        name: build_reader(name, filled_options(mapping, given), timezone=mapping.timezone, clock=clock)
        for name, mapping in sources.items()
    }


def _franceconnect_config(settings: Settings) -> FranceConnectConfig:
    return FranceConnectConfig(
        issuer=settings.franceconnect_issuer,
        client_id=settings.franceconnect_client_id,
        client_secret=settings.franceconnect_client_secret,
        redirect_uri=f"{settings.base_url}/login/franceconnect/callback",
        post_logout_redirect_uri=f"{settings.base_url}/logout/callback",
        acr=settings.franceconnect_acr,
        signing_alg=settings.franceconnect_signing_alg,
        granted=settings.franceconnect_granted_scopes,
        client_key=_franceconnect_key(settings),
        helpers=settings.franceconnect_helper_idps,
    )


def _franceconnect_plus_config(settings: Settings) -> FranceConnectConfig:
    """The second registration: a return address of its own, ES256 always, tokens encrypted for us."""
    return FranceConnectConfig(
        issuer=settings.franceconnect_plus_issuer,
        client_id=settings.franceconnect_plus_client_id,
        client_secret=settings.franceconnect_plus_client_secret,
        redirect_uri=f"{settings.base_url}/login/{PLUS_DOOR}/callback",
        post_logout_redirect_uri=f"{settings.base_url}/logout/callback",
        acr=settings.franceconnect_plus_acr,
        granted=settings.franceconnect_plus_granted_scopes,
        client_key=_franceconnect_key(settings),
        is_plus=True,
    )


def _plus_door(sign_in: SignIn, plus: FranceConnect) -> SignIn:
    return replace(
        sign_in,
        provider=plus,
        issuer=plus.config.issuer,
        door=PLUS_DOOR,
        other_doors={sign_in.door: sign_in.provider},
    )


def _franceconnect_key(settings: Settings) -> ClientKey | None:
    key_file = settings.franceconnect_private_key_file
    return client_key(Path(key_file).read_text()) if key_file else None


def _agent_sign_in(
    settings: Settings, store: Store, pseudonyms: Pseudonyms, vault: Vault, clock: Clock
) -> AgentSignIn | None:
    """Give the agents' way in, or None where no registration at ProConnect opens one."""
    issuer = settings.proconnect_issuer
    if not issuer:
        return None
    config = ProConnectConfig(
        issuer=issuer,
        client_id=settings.proconnect_client_id,
        client_secret=settings.proconnect_client_secret,
        redirect_uri=f"{settings.base_url}/agents/login/callback",
        post_logout_redirect_uri=f"{settings.base_url}/agents/logout/callback",
        signing_alg=settings.proconnect_signing_alg,
    )
    provider = ProConnect(config, clock)
    return AgentSignIn(store, provider, pseudonyms, vault, clock, issuer, settings.agents_siret)


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
