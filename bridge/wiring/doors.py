"""The doors people come in by."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bridge.adapters.franceconnect.client import FranceConnect
from bridge.adapters.franceconnect.own_keys import OwnKeys
from bridge.adapters.proconnect.client import ProConnect
from bridge.settings import Settings
from bridge.usecases.agent_sign_in import AgentSignIn
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.ports import Clock, Pseudonyms, Store, Vault
from bridge.usecases.sign_in import PLUS_DOOR, SignIn
from bridge.wiring.registrations import franceconnect_config, franceconnect_plus_config, proconnect_config


@dataclass(frozen=True, slots=True)
class Doors:
    """The citizens' ways in: FranceConnect, and FranceConnect+ where it is configured."""

    franceconnect: FranceConnect
    franceconnect_plus: FranceConnect | None
    own_keys: OwnKeys
    sign_in: SignIn
    sign_in_plus: SignIn | None


def citizens_doors(settings: Settings, store: Store, vault: Vault, clock: Clock, link: LinkContact) -> Doors:
    """Give the citizens' doors; who came in by one leaves by the same."""
    provider = FranceConnect(franceconnect_config(settings), clock)
    own_keys = OwnKeys(store, clock, PLUS_DOOR)
    plus = None
    if settings.franceconnect_plus_issuer:
        plus = FranceConnect(franceconnect_plus_config(settings), clock, own_keys=own_keys)
    sign_in = SignIn(store, provider, vault, clock, link, settings.franceconnect_issuer)
    return Doors(
        franceconnect=provider,
        franceconnect_plus=plus,
        own_keys=own_keys,
        sign_in=replace(sign_in, other_doors={PLUS_DOOR: plus} if plus else {}),
        sign_in_plus=_plus_door(sign_in, plus) if plus else None,
    )


def agents_door(
    settings: Settings, store: Store, pseudonyms: Pseudonyms, vault: Vault, clock: Clock
) -> AgentSignIn | None:
    """Give the agents' way in, or None where no registration at ProConnect opens one."""
    if not settings.proconnect_issuer:
        return None
    config = proconnect_config(settings)
    provider = ProConnect(config, clock)
    return AgentSignIn(store, provider, pseudonyms, vault, clock, config.issuer, settings.agents_siret)


def _plus_door(sign_in: SignIn, plus: FranceConnect) -> SignIn:
    return replace(
        sign_in,
        provider=plus,
        issuer=plus.config.issuer,
        door=PLUS_DOOR,
        other_doors={sign_in.door: sign_in.provider},
    )
