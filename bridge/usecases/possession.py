"""Everything a citizen can do about a doubt, and an agent about a receipt, in one value for the doors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bridge.domain.proof import Channel
from bridge.usecases.check_receipt import CheckReceipt
from bridge.usecases.claim_case import ClaimCase
from bridge.usecases.give_back_case import GiveBackCase
from bridge.usecases.issue_receipt import IssueReceipt
from bridge.usecases.link_proven import LinkProven
from bridge.usecases.ports import Bell, CaseDirectory, Clock, ContactDirectory, Pseudonyms, Store, Vault
from bridge.usecases.prove_by_code import ProveByCode
from bridge.usecases.prove_by_receipt import ProveByReceipt
from bridge.usecases.request_code import RequestCode


@dataclass(frozen=True, slots=True)
class Possession:
    """The verbs of possession."""

    request_code: RequestCode
    by_code: ProveByCode
    by_receipt: ProveByReceipt
    claim: ClaimCase
    give_back: GiveBackCase
    issue_receipt: IssueReceipt


@dataclass(frozen=True, slots=True)
class PossessionParts:
    """What they are made of; `channels` are the roads a code can take in this town."""

    store: Store
    contacts: ContactDirectory
    cases: CaseDirectory
    pseudonyms: Pseudonyms
    vault: Vault
    clock: Clock
    bell: Bell
    channels: Collection[Channel]

    def together(self) -> Possession:
        """Give the verbs over these parts."""
        check = CheckReceipt(self.pseudonyms)
        prove = LinkProven(self.store, self.contacts, self.pseudonyms, self.vault, self.clock, self.bell)
        return Possession(
            request_code=RequestCode(self.store, self.clock, self.bell, self.channels),
            by_code=ProveByCode(self.store, self.pseudonyms, self.clock, prove),
            by_receipt=ProveByReceipt(self.store, check, self.cases, self.clock, prove),
            claim=ClaimCase(self.store, check, self.clock, self.bell),
            give_back=GiveBackCase(self.store, self.clock, self.bell),
            issue_receipt=IssueReceipt(self.store, self.pseudonyms, self.clock),
        )
