"""A town hall whose requests go to the stand-in org over HTTP, and agents who work in that org."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bridge.adapters.report_seal import Ed25519Seal
from bridge.adapters.salesforce.bulk_query import BulkQuery
from bridge.adapters.salesforce.case_census import SalesforceCaseCensus
from bridge.adapters.salesforce.case_changes import SalesforceCaseChanges
from bridge.adapters.salesforce.cases import SalesforceCases
from bridge.adapters.salesforce.connection import SalesforceConnection
from bridge.adapters.salesforce.contacts import SalesforceContacts
from bridge.adapters.salesforce.merges import SalesforceContactChanges
from bridge.adapters.store.store import SqlStore
from bridge.domain.agent import Agent, Role
from bridge.domain.case import Case
from bridge.domain.org_case import CaseConflict
from bridge.usecases.absorb_delivery import AbsorbDelivery
from bridge.usecases.follow_cases import EVERY, CasesSummary, FollowCases
from bridge.usecases.follow_contacts import FollowContacts
from bridge.usecases.link_contact import LinkContact
from bridge.usecases.push_cases import PushCases, PushSummary
from bridge.usecases.reconcile import Reconcile, Reconciled, Wanted
from bridge.usecases.replay_parked import ReplayParked
from bridge.usecases.replay_stopped import ReplayStopped
from bridge.usecases.restore_keys import RestoreKeys
from mappings.loader import load_salesforce
from tests.fakes.clock import START, FakeClock
from tests.fakes.vault import FakeVault
from tests.servers.org import StandInOrg
from tests.usecases.people import PSEUDONYMS
from tests.usecases.town import URBANISME, FakeBell, case, delivery, row

CAMILLE = Agent("a_camille", Role.ADMINISTRATOR, frozenset())
SHOWN = "Id, Source_Key__c, Phase__c, Subject, Priority, ContactId, Source_Version__c, LastModifiedById"


@dataclass
class OrgHall:
    """The road from a source to the org, and back."""

    store: SqlStore
    org: StandInOrg
    clock: FakeClock
    connection: SalesforceConnection
    bell: FakeBell
    push: PushCases
    follow: FollowCases
    follow_contacts: FollowContacts
    reconcile: Reconcile
    replay: ReplayStopped
    seal: Ed25519Seal
    link: LinkContact
    files: int = 0

    def tell(self, *numbers: int, **changes: object) -> None:
        """Have the planning office name these requests."""
        self.files += 1
        rows = [row(number) | changes for number in numbers]
        AbsorbDelivery(self.store, PSEUDONYMS, self.clock)(URBANISME, delivery(*rows, key=f"d{self.files}"))

    def sent(self, *numbers: int, **changes: object) -> PushSummary:
        """Have the planning office name these, and the org take them."""
        self.tell(*numbers, **changes)
        return self.push()

    def look(self) -> CasesSummary:
        """Look at the org's Cases as soon as it is time."""
        self.clock.move(EVERY)
        return self.follow()

    def compare(self, **wanted: Any) -> Reconciled:
        """Compare store and org."""
        return self.reconcile(Wanted(**wanted))

    def ours(self, number: int = 1) -> Case:
        """Give a stored case."""
        return case(self.store, number)

    def theirs(self, number: int = 1) -> dict[str, Any]:
        """Give the org's Case of a request."""
        (found,) = self.org.records(f"SELECT {SHOWN} FROM Case WHERE Source_Key__c = 'urbanisme:DP {number}'")
        return found

    def edit(self, number: int = 1, **fields: object) -> str:
        """Change the org's Case of a request as an agent does; give its id."""
        salesforce_id = str(self.theirs(number)["Id"])
        self.clock.move(EVERY / 10)
        self.org.edit("Case", salesforce_id, **fields)
        return salesforce_id

    def conflicts(self, number: int = 1) -> list[tuple[tuple[str, ...], str]]:
        """Give fields and outcome of each conflict of a request."""
        return [(each.fields, each.outcome) for each in self.conflicts_of(number)]

    def conflicts_of(self, number: int = 1) -> tuple[CaseConflict, ...]:
        """Give the conflicts of a request."""
        found = self.ours(number)
        with self.store.read() as tx:
            return tx.conflicts.of_case(found.id)

    def stopped(self) -> dict[str, int]:
        """Give how many things stop for each cause."""
        return {cause.cause_code: cause.count for cause in self.replay.causes(CAMILLE)}

    def replay_all(self) -> int:
        """Try again everything that stopped; give how much of it still does."""
        return sum(self.replay.all_of(CAMILLE, cause).still_stopped for cause in self.replay.causes(CAMILLE))

    def count(self) -> int:
        """Give how many Cases the org has."""
        return len(self.org.records("SELECT Id FROM Case"))


@contextmanager
def org_hall(store: SqlStore, org: StandInOrg) -> Iterator[OrgHall]:
    """Give a town hall before an org as on its first day."""
    org.clock.set(START)
    org.reset()
    clock, bell, seal = org.clock, FakeBell(), Ed25519Seal({"v1": b"k" * 32})
    mappings = {"urbanisme": URBANISME}
    mapping = load_salesforce("case")
    with org.connection() as connection:
        changes = SalesforceCaseChanges(connection, mapping)
        contacts = SalesforceContactChanges(connection, load_salesforce("contact"))
        people = SalesforceContacts(connection, load_salesforce("contact"))
        bulk = BulkQuery(connection, "Case", sleep=lambda _s: None)
        census = SalesforceCaseCensus(connection, mapping, bulk)
        absorb = AbsorbDelivery(store, PSEUDONYMS, clock)
        records = ReplayParked(store, mappings, absorb)
        may_send = RestoreKeys(store, changes)
        spare = connection.spare_reserve
        yield OrgHall(
            store=store,
            org=org,
            clock=clock,
            connection=connection,
            bell=bell,
            push=PushCases(store, SalesforceCases(connection, mapping), clock),
            follow=FollowCases(store, changes, contacts, clock, bell),
            follow_contacts=FollowContacts(store, contacts, clock, bell),
            reconcile=Reconcile(store, census, seal, mappings, clock, bell, lambda: connection.calls_made),
            replay=ReplayStopped(store, mappings, records, spare, clock, bell, may_send),
            seal=seal,
            link=LinkContact(store, people, PSEUDONYMS, FakeVault(), clock, bell),
        )
