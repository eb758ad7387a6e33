"""Street reports pushed by their system: the mapping, a record, and a town hall that takes them in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bridge.adapters.store.store import SqlStore
from bridge.domain.case import Case, CaseKey
from bridge.domain.inbox import ParkedDelivery
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.absorb_inbox import AbsorbInbox
from bridge.usecases.receive_delivery import ReceiveDelivery
from mappings.model import SourceMapping
from mappings.rules import Rule
from tests.fakes.clock import FakeClock
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, row

SOURCE = "urbanisme"
PUSHING: SourceMapping = replace(URBANISME, webhook="records")
ORDERED: SourceMapping = replace(PUSHING, order_by=Rule("order_by", path=("SEQ",), required=True))


def news(number: int = 1, state: str = "INST", **changes: Any) -> dict[str, object]:
    """Give what the planning office says of a file."""
    return row(number, CD_ETAT=state, LB_ETAT=state.lower(), **changes)


@dataclass
class Hall:
    """The inbox of a town hall, its worker, and its clock."""

    store: SqlStore
    clock: FakeClock
    mapping: SourceMapping = PUSHING
    quota: int = 1000
    bell: FakeBell = field(default_factory=FakeBell)

    def __post_init__(self) -> None:
        """Put the parts together."""
        mappings = {SOURCE: self.mapping}
        absorb = AbsorbDelivery(self.store, PSEUDONYMS, self.clock)
        self.receive = ReceiveDelivery(self.store, mappings, PSEUDONYMS, self.clock, self.bell, self.quota)
        self.work = AbsorbInbox(self.store, mappings, absorb, self.clock, self.bell, lambda: 1.0)

    def push(self, key: str, *records: dict[str, object]) -> str:
        """Take a delivery in."""
        delivery = self.receive(SOURCE, key, repr(records).encode(), records)
        self.receive.ring()
        return delivery

    def case(self, number: int = 1) -> Case:
        """Give a case."""
        key = CaseKey(SOURCE, f"DP {number}")
        with self.store.begin() as tx:
            return tx.cases.existing([key])[key]

    def codes(self, number: int = 1) -> list[str]:
        """Give the status words of a case's timeline, as entered."""
        case_id = self.case(number).id
        with self.store.read() as tx:
            return [event.status.legacy_code for event in tx.cases.events(case_id)]

    def parked(self) -> list[ParkedDelivery]:
        """Give the deliveries that wait for a person."""
        with self.store.read() as tx:
            return list(tx.inbox.parked())

    def waiting(self) -> int:
        """Give how many deliveries are not settled."""
        with self.store.read() as tx:
            return tx.inbox.waiting_count()
