"""Everything an agent can do, put together over the same ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bridge.usecases.agent_names import AgentNames
from bridge.usecases.carry_out import CarryOut
from bridge.usecases.list_reviews import ListReviews
from bridge.usecases.overview import Overview
from bridge.usecases.ports import (
    Bell,
    CallBudget,
    Clock,
    ContactChanges,
    ContactDesk,
    ContactDirectory,
    Pseudonyms,
    Store,
    Vault,
)
from bridge.usecases.read_audit import ReadAudit
from bridge.usecases.read_history import ReadHistory
from bridge.usecases.read_link import ReadLink
from bridge.usecases.read_review import ReadReview
from bridge.usecases.release_contacts import ReleaseContacts
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.replay_stopped import ReplayStopped
from bridge.usecases.review_link import ReviewLink
from bridge.usecases.settle_contact import SettleContact
from bridge.usecases.settle_person import SettlePerson
from bridge.usecases.settle_request import SettleRequest
from bridge.usecases.undo_link import UndoLink
from bridge.usecases.watch_reading import ExplainReading
from mappings.model import SourceMapping


@dataclass(frozen=True, slots=True)
class DeskPorts:
    """What the desk stands on. `require_budget` raises BudgetError near the end of the org's allowance."""

    store: Store
    contacts: ContactDirectory
    sheets: ContactDesk
    changes: ContactChanges
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    bell: Bell
    mappings: Mapping[str, SourceMapping]
    replay: ReplayParked
    require_budget: Callable[[], None]
    budget: CallBudget | None = None
    may_send: Callable[[Sequence[str]], Sequence[str]] = tuple


@dataclass(frozen=True, slots=True)
class AgentDesk:
    """The verbs of the console."""

    overview: Overview
    list_reviews: ListReviews
    read_review: ReadReview
    review_link: ReviewLink
    read_link: ReadLink
    undo_link: UndoLink
    release_contacts: ReleaseContacts
    replay_stopped: ReplayStopped
    read_history: ReadHistory
    read_audit: ReadAudit
    explain_reading: ExplainReading
    names: AgentNames

    @classmethod
    def over(cls, on: DeskPorts, *, by_two: bool) -> AgentDesk:
        """Give the desk over these ports; `by_two` asks a second agent to confirm each decision."""
        release = ReleaseContacts(on.store, on.sheets, on.clock)
        carry_out = CarryOut(
            on.store,
            on.clock,
            SettlePerson(on.store, on.contacts, on.sheets, on.pseudonyms, on.vault, on.clock, on.bell),
            SettleContact(on.store, on.changes, on.clock, on.bell, release),
            SettleRequest(on.store, on.clock, on.bell),
        )
        return cls(
            overview=Overview(on.store, on.mappings, on.clock, on.budget),
            list_reviews=ListReviews(on.store),
            read_review=ReadReview(on.store, on.sheets, on.vault, on.clock),
            review_link=ReviewLink(on.store, on.clock, carry_out, by_two),
            read_link=ReadLink(on.store, on.clock),
            undo_link=UndoLink(on.store, on.clock, on.bell, release),
            release_contacts=release,
            replay_stopped=ReplayStopped(
                on.store, on.mappings, on.replay, on.require_budget, on.clock, on.bell, on.may_send
            ),
            read_history=ReadHistory(on.store, on.clock),
            read_audit=ReadAudit(on.store, on.clock),
            explain_reading=ExplainReading(on.store, on.clock),
            names=AgentNames(on.store),
        )
